// `npm start`. Plain JavaScript, for Node 18 and up.
import { fileURLToPath } from 'node:url';
import { launch } from './launch.js';

launch(fileURLToPath(new URL('./start.ts', import.meta.url)));
