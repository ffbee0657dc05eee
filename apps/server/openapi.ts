/** The head of the OpenAPI description, whose paths come from the routes themselves, and the page that shows it. */
import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import type { FastifySwaggerUiOptions } from '@fastify/swagger-ui';

export const OPENAPI: NonNullable<FastifyDynamicSwaggerOptions['openapi']> = {
  openapi: '3.1.0',
  info: {
    title: 'Uptake',
    version: '0.1.0',
    description: [
      'Product telemetry that ends in adoption: doors for events and doors for questions.',
      'Send a key as `Authorization: Bearer KEY` (console: Settings → Keys), or sign in to the console and ask from here in your session.',
      'Where a person belongs to several workspaces, the header `X-Uptake-Workspace` says which; an `environment_id` stands in the console under Settings → Products.',
      'Errors are `application/problem+json`; every code and what to do about it is at [/docs/problems](/docs/problems). Adoption is asked for and changed at [/graphql](/graphql).',
    ].join('\n\n'),
  },
  tags: [
    { name: 'collect', description: 'Doors for events' },
    { name: 'insights', description: 'Doors for questions' },
    { name: 'reports', description: 'Stored reports and review packs' },
    { name: 'adoption', description: 'Values of adoption plans; everything else of adoption is GraphQL' },
    { name: 'govern', description: 'Tracking plan, collection, privacy, budgets, data quality' },
    { name: 'dead letters', description: 'What was refused, and how it is brought back' },
    { name: 'retention', description: 'How long what is kept' },
    { name: 'erasure', description: 'Erasing and handing out what is kept of one person or tenant' },
    { name: 'approvals', description: 'Who may see single people' },
    { name: 'people', description: 'Single people, under an approval' },
    { name: 'audit', description: 'Who changed and saw what' },
    { name: 'access', description: 'Workspaces, people and keys' },
    { name: 'operations', description: 'Health and export' },
    { name: 'system', description: 'The installation as a whole, for operators' },
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

const MARK =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#0b6e63"/>' +
  '<path d="M9.5 11v6.5a6.5 6.5 0 0 0 13 0V13" fill="none" stroke="#fff" stroke-width="3.4" stroke-linecap="round"/>' +
  '<circle cx="22.5" cy="7.6" r="2.2" fill="#8df0d8"/></svg>';

/** Its bar on top would show the library's mark, and a field for other addresses that nobody here needs. */
export const DOCS_PAGE: FastifySwaggerUiOptions = {
  routePrefix: '/docs',
  uiConfig: { docExpansion: 'none', filter: true },
  theme: {
    title: 'API · Uptake',
    favicon: [{ filename: 'uptake.svg', rel: 'icon', type: 'image/svg+xml', sizes: 'any', content: Buffer.from(MARK) }],
    css: [{ filename: 'uptake.css', content: '.swagger-ui .topbar { display: none }' }],
  },
};
