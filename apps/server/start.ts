/** `npm start`: builds the console where needed, starts the whole product with the demo, says where it is. */
import { endWithLauncher } from './launched.ts';
import { runServer } from './run.ts';

endWithLauncher();
await runServer({ defaults: { UPTAKE_DEMO: 'on' }, buildConsole: true });
