/** The head of the OpenAPI description; the paths come from the routes themselves. */
import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger';

export const OPENAPI: NonNullable<FastifyDynamicSwaggerOptions['openapi']> = {
  openapi: '3.1.0',
  info: {
    title: 'Uptake',
    version: '0.1.0',
    description: 'Product telemetry that ends in adoption: doors for events and doors for questions.',
  },
  tags: [
    { name: 'collect', description: 'Doors for events' },
    { name: 'insights', description: 'Doors for questions' },
    { name: 'access', description: 'Workspaces, people and keys' },
    { name: 'operations', description: 'Health and export' },
  ],
  components: {
    securitySchemes: {
      key: { type: 'http', scheme: 'bearer', description: 'A write key or a secret key.' },
      session: {
        type: 'apiKey',
        in: 'cookie',
        name: 'uptake.session_token',
        description: 'A signed-in person.',
      },
    },
  },
  security: [{ key: [] }, { session: [] }],
};
