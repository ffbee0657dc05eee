/** `uptake`: reads the command line, runs the command, and ends with a documented exit code. */
import { endWithLauncher } from '@uptake/server/launched';
import { CommanderError } from 'commander';
import { EXIT, explain } from './exit.ts';
import { createProgram } from './program.ts';

endWithLauncher();

// A reader such as `head` may leave early; that is its right, not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? EXIT.done : EXIT.failed);
});

try {
  await createProgram().parseAsync(process.argv);
} catch (error) {
  if (error instanceof CommanderError) {
    // Commander has written its message already; asking for help is no mistake.
    process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.misused;
  } else {
    const { message, code } = explain(error);
    if (message !== '') process.stderr.write(`uptake: ${message}\n`);
    process.exitCode = code;
  }
}
