/** The server as tests and benchmarks run it: no banner, one JSON line with its port. */
import '@uptake/io/config/thread-pool';
import { readConfig } from '@uptake/io/config';
import { startServer } from '@uptake/server';

const server = await startServer(readConfig());
process.stdout.write(`${JSON.stringify({ port: server.port })}\n`);
await server.afterStart();
process.on('SIGTERM', () => void server.close().then(() => process.exit(0)));
