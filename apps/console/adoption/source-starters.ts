/** What the configuration of a source starts with, and which credentials its way of signing in takes. */
import type { Json, SourceKind } from './types.ts';

export type CredentialField = { name: string; label: string };

const ROWS: Json = { kind: 'rows', rows: '$.values[*]', attribute: '$.attribute', value: '$.value', day: '$.day' };

export const STARTERS: Readonly<Record<SourceKind, Json>> = {
  API_PUSH: {},
  WEBHOOK: { mapping: ROWS },
  API_POLLING: { url: 'https://api.example.com/usage?tenant={{tenant_id}}', auth: { kind: 'bearer' }, mapping: ROWS },
  DATABASE: {
    engine: 'postgresql',
    host: 'db.example.com',
    port: 5432,
    database: 'analytics',
    query: 'SELECT attribute, value, day FROM adoption_values',
    mapping: { kind: 'rows', attribute: 'attribute', value: 'value', day: 'day' },
  },
  BINDING: {
    definition: {
      kind: 'trend',
      series: [{ event: 'sso_login', measure: { kind: 'unique', of: 'user' } }],
      period: { last: 30, unit: 'day' },
      interval: 'day',
      time_zone: 'UTC',
    },
  },
};

const CREDENTIALS_OF_AUTH: Readonly<Record<string, readonly CredentialField[]>> = {
  none: [],
  bearer: [{ name: 'token', label: 'Token' }],
  basic: [
    { name: 'username', label: 'User name' },
    { name: 'password', label: 'Password' },
  ],
  api_key: [{ name: 'key', label: 'API key' }],
  oauth2_client_credentials: [
    { name: 'client_id', label: 'Client id' },
    { name: 'client_secret', label: 'Client secret' },
  ],
};
const OF_DATABASE: readonly CredentialField[] = [
  { name: 'username', label: 'User name' },
  { name: 'password', label: 'Password' },
];

export function credentialFields(kind: SourceKind, config: Json): readonly CredentialField[] {
  if (kind === 'DATABASE') return OF_DATABASE;
  if (kind !== 'API_POLLING') return [];
  const auth = (config as { auth?: { kind?: unknown } } | null)?.auth?.kind;
  return typeof auth === 'string' ? (CREDENTIALS_OF_AUTH[auth] ?? []) : [];
}

/** What is asked by Uptake has a time; what is sent to it has none. */
export const isPulled = (kind: SourceKind) => kind === 'API_POLLING' || kind === 'DATABASE' || kind === 'BINDING';
