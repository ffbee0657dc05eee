#!/usr/bin/env node
// The command line. Plain JavaScript, for Node 18 and up.
import { fileURLToPath } from 'node:url';
import { launch } from '@uptake/server/launch.js';

launch(fileURLToPath(new URL('./main.ts', import.meta.url)));
