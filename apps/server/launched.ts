/** What a module does that `launch.js` started. */

/** When the launcher is gone, end as if the terminal had been closed. Listening for that alone keeps no process alive. */
export function endWithLauncher(): void {
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  process.channel?.unref();
}
