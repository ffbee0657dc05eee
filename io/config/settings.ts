/** Every environment variable Uptake reads: one row each, from which the reader, its error messages and the docs come. */
import { wrongAllowEntry } from '../outbound/address-guard.ts';

/** A variable's value, or a sentence that says what is wrong with it. */
export type Reading<Value> = { readonly value: Value } | { readonly wrong: string };

export type Setting<Value> = {
  readonly variable: string;
  /** What is allowed, as shown in errors and in the operating guide. */
  readonly allowed: string;
  readonly description: string;
  /** The text used where the variable is absent or empty; `undefined` leaves the setting unset. */
  readonly fallback: string | undefined;
  /** Never printed, not even in an error. */
  readonly secret?: true;
  readonly read: (text: string) => Reading<Value>;
};

export const ROLES = ['collect', 'write', 'deliver', 'query', 'schedule'] as const;
export type Role = (typeof ROLES)[number];

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export const SETTINGS = {
  port: integer('PORT', '4400', 0, 65_535, 'Port of the HTTP server; 0 takes any free one.'),
  host: text('HOST', '127.0.0.1', 'Address to listen on. Only this machine unless 0.0.0.0 (or ::) is asked for.'),
  dataDirectory: text('UPTAKE_DATA_DIR', '.uptake', 'Directory that holds everything the embedded stores keep.'),
  demo: flag('UPTAKE_DEMO', 'off', 'Loads the demo workspace on first start. `npm start` sets it to on.'),
  roles: roles('UPTAKE_ROLES', 'all', 'What this process does.'),
  databaseUrl: url('DATABASE_URL', ['postgres:', 'postgresql:'], 'PostgreSQL for the control store (scaled mode).'),
  clickhouseUrl: url('CLICKHOUSE_URL', ['http:', 'https:'], 'ClickHouse for the event store (scaled mode).'),
  kafkaBrokers: optionalText('KAFKA_BROKERS', 'host:port[,host:port…]', 'Kafka for the event log (scaled mode).'),
  secretKey: secret(
    'UPTAKE_SECRET_KEY',
    32,
    'Key from which pseudonyms, sessions and encryption derive. Made in the data directory where absent.',
  ),
  publicUrl: url(
    'UPTAKE_PUBLIC_URL',
    ['http:', 'https:'],
    'Address under which browsers reach this server, when behind a proxy.',
  ),
  trustProxy: flag('UPTAKE_TRUST_PROXY', 'off', 'Takes the client address from X-Forwarded-For.'),
  countryHeader: optionalText(
    'UPTAKE_COUNTRY_HEADER',
    'a header name',
    'Request header in which a trusted proxy puts the ISO country code.',
  ),
  regionHeader: optionalText(
    'UPTAKE_REGION_HEADER',
    'a header name',
    'Request header in which a trusted proxy puts the region; there is no other source of it.',
  ),
  countryTable: flag(
    'UPTAKE_COUNTRY_TABLE',
    'on',
    'Tells the country from the address by a table on this machine, where no header says it and the person consented.',
  ),
  logLevel: oneOf('UPTAKE_LOG_LEVEL', 'info', LOG_LEVELS, 'Lowest level that is logged.'),
  eventLogMaxBytes: integer(
    'UPTAKE_EVENT_LOG_MAX_BYTES',
    String(8 * 1024 ** 3),
    16 * 1024 ** 2,
    2 ** 50,
    'Bytes of unconsumed events at which the door answers 503 instead of filling the disk.',
  ),
  storeMemoryBytes: integer(
    'UPTAKE_STORE_MEMORY_BYTES',
    String(800 * 1024 ** 2),
    256 * 1024 ** 2,
    2 ** 45,
    'Memory the embedded event store may take.',
  ),
  queryTimeoutMs: integer('UPTAKE_QUERY_TIMEOUT_MS', '30000', 100, 600_000, 'Longest time a question may take.'),
  eventsPerSecondLimit: integer(
    'UPTAKE_EVENTS_PER_SECOND_LIMIT',
    '0',
    0,
    1_000_000_000,
    'Events per second and key above which the door answers 429; 0 means no limit.',
  ),
  requestsPerSecondLimit: integer(
    'UPTAKE_REQUESTS_PER_SECOND_LIMIT',
    '100',
    0,
    1_000_000,
    'Requests per second and key, at all doors but that of events, above which they answer 429; 0 means no limit.',
  ),
  bootstrapAdminEmail: email(
    'UPTAKE_BOOTSTRAP_ADMIN_EMAIL',
    'First start only: address the administrator signs in with.',
  ),
  bootstrapAdminPassword: secret(
    'UPTAKE_BOOTSTRAP_ADMIN_PASSWORD',
    8,
    'First start only: the administrator’s password.',
  ),
  bootstrapWriteKey: secret(
    'UPTAKE_BOOTSTRAP_WRITE_KEY',
    8,
    'First start only: a write key of environment production.',
  ),
  bootstrapSecretKey: secret('UPTAKE_BOOTSTRAP_SECRET_KEY', 8, 'First start only: a secret key with every scope.'),
  telemetryEnabled: flag('TELEMETRY_ENABLED', 'true', 'Off: the door reads events and drops them with a reason.'),
  writeBatchEvents: integer(
    'TELEMETRY_BATCH_SIZE',
    '50000',
    1,
    500_000,
    'Events waiting in the log at which they are written to the store at once.',
  ),
  writeIntervalMs: integer(
    'TELEMETRY_FLUSH_INTERVAL',
    '1000',
    50,
    60_000,
    'Milliseconds after which waiting events are written, however few.',
  ),
  retentionDays: integer('TELEMETRY_RETENTION_DAYS', '90', 1, 3_650, 'Days raw events are kept.'),
  ledgerRetentionDays: integer(
    'UPTAKE_LEDGER_RETENTION_DAYS',
    '90',
    1,
    3_650,
    'Days Uptake keeps the record of its own use.',
  ),
  smtpUrl: secretUrl(
    'UPTAKE_SMTP_URL',
    ['smtp:', 'smtps:'],
    'Mail server for notifications, with user and password; no mail is sent where absent.',
  ),
  mailFrom: text('UPTAKE_MAIL_FROM', 'Uptake <uptake@localhost>', 'Sender of mail.'),
  outboundAllow: hosts(
    'UPTAKE_OUTBOUND_ALLOW',
    'Private hosts that sources of adoption values and webhooks may call; public ones always may.',
  ),
  analyticsEnabled: flag('TELEMETRY_ANALYTICS_ENABLED', 'true', 'Off: the question doors answer 403.'),
} as const satisfies Record<string, Setting<unknown>>;

export type Config = {
  readonly [Name in keyof typeof SETTINGS]: (typeof SETTINGS)[Name] extends Setting<infer Value> ? Value : never;
};

function text(variable: string, fallback: string, description: string): Setting<string> {
  return { variable, allowed: 'text', description, fallback, read: (given) => ({ value: given }) };
}

function optionalText(variable: string, allowed: string, description: string): Setting<string | undefined> {
  return { variable, allowed, description, fallback: undefined, read: (given) => ({ value: given }) };
}

function integer(
  variable: string,
  fallback: string,
  least: number,
  most: number,
  description: string,
): Setting<number> {
  return {
    variable,
    allowed: `a whole number from ${least} to ${most}`,
    description,
    fallback,
    read: (given) => {
      if (!/^[0-9]{1,16}$/.test(given)) return { wrong: `"${given}" is not a whole number` };
      const value = Number(given);
      if (value < least) return { wrong: `${given} is less than ${least}` };
      if (value > most) return { wrong: `${given} is more than ${most}` };
      return { value };
    },
  };
}

function flag(variable: string, fallback: string, description: string): Setting<boolean> {
  const words: Record<string, boolean> = { on: true, true: true, '1': true, off: false, false: false, '0': false };
  return {
    variable,
    allowed: 'on, off, true, false, 1 or 0',
    description,
    fallback,
    read: (given) => {
      const value = words[given.toLowerCase()];
      return value === undefined ? { wrong: `"${given}" is neither on nor off` } : { value };
    },
  };
}

function oneOf<const Words extends readonly string[]>(
  variable: string,
  fallback: Words[number],
  words: Words,
  description: string,
): Setting<Words[number]> {
  return {
    variable,
    allowed: words.join(', '),
    description,
    fallback,
    read: (given) => {
      const value = words.find((word) => word === given.toLowerCase());
      return value === undefined ? { wrong: `"${given}" is not known` } : { value };
    },
  };
}

function hosts(variable: string, description: string): Setting<readonly string[] | undefined> {
  return {
    variable,
    allowed: 'host names, *.domains, addresses and ranges (10.0.0.0/8) separated by commas',
    description,
    fallback: undefined,
    read: (given) => {
      const entries = given
        .split(',')
        .map((entry) => entry.trim().toLowerCase())
        .filter((entry) => entry !== '');
      const wrong = entries.map(wrongAllowEntry).find((words) => words !== undefined);
      return wrong === undefined ? { value: entries } : { wrong };
    },
  };
}

function roles(variable: string, fallback: string, description: string): Setting<readonly Role[]> {
  return {
    variable,
    allowed: `all, or any of ${ROLES.join(', ')} separated by commas`,
    description,
    fallback,
    read: (given) => {
      const words = given.split(',').map((word) => word.trim().toLowerCase());
      if (words.length === 1 && words[0] === 'all') return { value: ROLES };
      const unknown = words.find((word) => !(ROLES as readonly string[]).includes(word));
      if (unknown !== undefined) return { wrong: `"${unknown}" is not a role` };
      return { value: ROLES.filter((role) => words.includes(role)) };
    },
  };
}

function url(variable: string, protocols: readonly string[], description: string): Setting<string | undefined> {
  const allowed = `a URL that begins with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`;
  return {
    variable,
    allowed,
    description,
    fallback: undefined,
    read: (given) => {
      // The value may hold a password, so an error never repeats it.
      if (!URL.canParse(given)) return { wrong: 'it is not a URL' };
      const { protocol } = new URL(given);
      return protocols.includes(protocol) ? { value: given } : { wrong: `it begins with ${protocol}//` };
    },
  };
}

function secretUrl(variable: string, protocols: readonly string[], description: string): Setting<string | undefined> {
  return { ...url(variable, protocols, description), secret: true };
}

function email(variable: string, description: string): Setting<string | undefined> {
  return {
    variable,
    allowed: 'an email address',
    description,
    fallback: undefined,
    read: (given) =>
      /^[^\s@]+@[^\s@]+$/.test(given) && given.length <= 254
        ? { value: given.toLowerCase() }
        : { wrong: `"${given}" is not an email address` },
  };
}

function secret(variable: string, leastLength: number, description: string): Setting<string | undefined> {
  return {
    variable,
    allowed: `at least ${leastLength} characters without white space`,
    description,
    fallback: undefined,
    secret: true,
    read: (given) => {
      if (/\s/.test(given)) return { wrong: 'it contains white space' };
      if (given.length < leastLength) return { wrong: `it has ${given.length} characters` };
      if (given.length > 512) return { wrong: 'it has more than 512 characters' };
      return { value: given };
    },
  };
}
