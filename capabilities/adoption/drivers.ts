/** The kinds of source that need nothing but this process: pushes, webhooks, and bindings to what the product collects. */
import { type InputError, Problem } from '@uptake/domain/contract';
import { type TSchema, Type } from 'typebox';
import { Errors } from 'typebox/value';
import type { InsightsReadModel } from '../insights/read-model.ts';
import type { SigningSecrets } from './signing-secrets.ts';
import {
  type FetchAsked,
  type FetchedValues,
  type SourceDriver,
  type SourceDrivers,
  SourceFailed,
} from './source-driver.ts';
import { wrongCredentials } from './sources/credentials.ts';
import { wrongSecret } from './sources/sender-signature.ts';
import { readWebhookBody, type WebhookConfig, wrongWebhookConfig } from './sources/webhook-body.ts';
import { makeWebhookSecret } from './sources/webhook-signature.ts';

const NoConfig = Type.Object({}, { additionalProperties: false });

const BindingConfig = Type.Object(
  {
    definition: Type.Record(Type.String(), Type.Unknown(), {
      description: 'A trend as POST /api/v1/insights/query takes it.',
    }),
    take: Type.Union([Type.Literal('total'), Type.Literal('last_interval')], {
      description: 'Which number of the answer is the value.',
    }),
  },
  { additionalProperties: false },
);
type BindingConfig = Type.Static<typeof BindingConfig>;

function mistakesIn(schema: TSchema, json: unknown): readonly InputError[] {
  return [...Errors(schema, json)].slice(0, 20).map(({ instancePath, message }) => ({ path: instancePath, message }));
}

const NO_CREDENTIALS: SourceDriver['readCredentials'] = () => [
  { path: '', message: 'are made by Uptake for this kind of source, or not needed' },
];

export type OwnDrivers = {
  readonly ask: InsightsReadModel['trend'];
  readonly randomBytes: (bytes: number) => Buffer;
};

export function createOwnDrivers({
  ask,
  randomBytes,
}: OwnDrivers): Required<Pick<SourceDrivers, 'api_push' | 'webhook' | 'binding'>> {
  return {
    api_push: {
      readConfig: (json) => mistakesIn(NoConfig, json),
      readCredentials: NO_CREDENTIALS,
      readMessage: (_config, message) => readText({}, message),
    },
    webhook: {
      readConfig: wrongWebhookConfig,
      readCredentials: wrongSecrets,
      readMessage: (config, message) => readText(config as WebhookConfig, message),
      makeCredentials: () => {
        const secret = makeWebhookSecret(randomBytes);
        return { credentials: { secret } satisfies SigningSecrets, secret };
      },
    },
    binding: {
      readConfig: (json) => {
        const mistakes = mistakesIn(BindingConfig, json);
        return mistakes.length > 0 ? mistakes : notOneNumber((json as BindingConfig).definition);
      },
      readCredentials: NO_CREDENTIALS,
      fetchValues: (asked) => askBinding(ask, asked),
    },
  };
}

/** Of a sender that makes the secret itself. */
function wrongSecrets(credentials: unknown, config: unknown): readonly InputError[] {
  const errors = wrongCredentials(credentials, ['secret']);
  // What a secret has to be depends on a configuration that can be read.
  if (errors.length > 0 || wrongWebhookConfig(config).length > 0) return errors;
  const { secret } = credentials as { readonly secret?: string };
  const wrong = secret === undefined ? 'is required' : wrongSecret(secret, (config as WebhookConfig).signature);
  return wrong === undefined ? [] : [{ path: '/secret', message: wrong }];
}

/** A message that somebody pasted, read as the one that is sent would be. */
function readText(config: WebhookConfig, message: string): FetchedValues {
  const read = readWebhookBody(config, Buffer.from(message));
  return read.kind === 'rows' ? read : { rows: [], notices: [read.reason] };
}

/** One series without breakdown or comparison is one number; the rest the insights themselves check when asked. */
function notOneNumber(definition: Readonly<Record<string, unknown>>): readonly InputError[] {
  const { series, breakdown, compare } = definition;
  const isOne = Array.isArray(series) && series.length === 1 && breakdown == null && compare == null;
  const message = 'must answer one number: one series, without breakdown and comparison';
  return isOne ? [] : [{ path: '/definition', message }];
}

/** The definition, narrowed to the customer's tenant whatever it says itself. */
async function askBinding(
  ask: InsightsReadModel['trend'],
  { config, workspaceId, tenantId, bound }: FetchAsked,
): Promise<FetchedValues> {
  const { definition, take } = config as BindingConfig;
  if (bound === undefined) throw new SourceFailed('A binding gives the value of one attribute; choose it.', FINAL);
  if (tenantId === undefined)
    throw new SourceFailed('The customer has no tenant id, so that none of the events are known to be theirs.', FINAL);
  const { filters: own } = definition;
  const mine = { field: 'tenant_id', operator: 'equals', value: tenantId };
  const filters = [...(Array.isArray(own) ? (own as readonly unknown[]) : []), mine];
  try {
    const { answer, isSampled } = await ask(workspaceId, { ...definition, filters });
    const [line] = answer.lines;
    const number = take === 'total' ? line?.total : line?.values.at(-1);
    const notices = isSampled ? ['Some events stand for others: the value is an estimate.'] : [];
    // No event is a count of none; where nothing can be averaged there is no value.
    if (number === null) return { rows: [], notices: ['There is nothing to take a value from yet.'] };
    return { rows: [{ ...bound, value: number ?? 0 }], notices, sample: { total: line?.total ?? 0 } };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const details = (error.errors ?? []).map(({ path, message }) => `${path} ${message}`).join('; ');
    const isRetriable = error.code === 'query_timeout' || error.code === 'store_unavailable';
    throw new SourceFailed(`${error.detail} ${details}`.trim(), { isRetriable, cause: error });
  }
}

const FINAL = { isRetriable: false } as const;
