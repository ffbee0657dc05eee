/** The yardstick: bare Fastify that parses the same bodies and answers the same totals, and keeps nothing. */
import Fastify from 'fastify';

const app = Fastify({ bodyLimit: 8 * 1024 * 1024 });
app.post('/api/v1/telemetry/events', async (request) => {
  const body = request.body as { events?: unknown[] };
  return { accepted: body.events?.length ?? 1, duplicates: 0, rejected: 0, sampled: 0, results: [] };
});
await app.listen({ port: 0, host: '127.0.0.1' });
process.stdout.write(`${JSON.stringify({ port: (app.server.address() as { port: number }).port })}\n`);
