/** What the configuration of a source starts with, and which credentials its way of signing in takes. */
import { textAt } from './sources/config-places.ts';
import type { Json, SourceKind } from './types.ts';

export type CredentialField = { name: string; label: string };

export const ROWS_MAPPING: Json = {
  kind: 'rows',
  rows: '$.values[*]',
  attribute: '$.attribute',
  value: '$.value',
  day: '$.day',
};

const STARTERS: Readonly<Record<Exclude<SourceKind, 'BINDING'>, Json>> = {
  API_PUSH: {},
  WEBHOOK: {},
  API_POLLING: { mapping: ROWS_MAPPING },
  DATABASE: {
    engine: 'postgresql',
    query: 'SELECT attribute, value, day FROM adoption_values WHERE tenant = {{tenant_id}}',
    mapping: { kind: 'rows', attribute: 'attribute', value: 'value', day: 'day' },
  },
};

/** Counts of events are of one environment. */
export function starterOf(kind: SourceKind, environmentId: string | undefined): Json {
  if (kind !== 'BINDING') return STARTERS[kind];
  const definition: Json = {
    kind: 'trend',
    ...(environmentId === undefined ? {} : { environment_id: environmentId }),
    series: [{ event: '', measure: { kind: 'total' } }],
    period: { last: 30, unit: 'day' },
    interval: 'day',
    time_zone: 'UTC',
  };
  return { definition, take: 'total' };
}

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

const OF_WEBHOOK: readonly CredentialField[] = [{ name: 'secret', label: 'Secret of the sender' }];

export function credentialFields(kind: SourceKind, config: Json): readonly CredentialField[] {
  if (kind === 'DATABASE') return OF_DATABASE;
  if (kind === 'WEBHOOK') return OF_WEBHOOK;
  if (kind !== 'API_POLLING') return [];
  return CREDENTIALS_OF_AUTH[textAt(config, '/auth/kind')] ?? [];
}

/** Stripe makes its secrets itself; to others Uptake gives one. */
export const makesOwnSecret = (config: Json) => textAt(config, '/signature/kind') === 'stripe';

/** What is asked by Uptake has a time; what is sent to it has none. */
export const isPulled = (kind: SourceKind) => kind === 'API_POLLING' || kind === 'DATABASE' || kind === 'BINDING';
