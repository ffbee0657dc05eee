/** Reads the environment, once and only here, into typed settings; a wrong value stops the start with its name. */
import { type Config, SETTINGS, type Setting } from './settings.ts';

export { type DescribedSetting, describeSettings } from './describe.ts';
export { type Config, LOG_LEVELS, type LogLevel, ROLES, type Role, SETTINGS, type Setting } from './settings.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** One or more variables hold values that are not allowed. The message is written for whoever started the program. */
export class ConfigError extends Error {
  readonly problems: readonly { variable: string; wrong: string; allowed: string }[];

  constructor(problems: ConfigError['problems']) {
    super(problems.map(({ variable, wrong, allowed }) => `${variable}: ${wrong}. Allowed: ${allowed}.`).join('\n'));
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

/**
 * Settings from the given environment (the process's own where absent). `defaults` replace a variable's fallback, not
 * what the environment says; `overrides`, such as flags of a command line, go before it. Throws `ConfigError` naming
 * every wrong variable at once.
 */
export function readConfig(
  environment: Environment = process.env,
  defaults: Environment = {},
  overrides: Environment = {},
): Config {
  const problems: { variable: string; wrong: string; allowed: string }[] = [];
  const config: Record<string, unknown> = {};
  for (const [name, setting] of Object.entries(SETTINGS) as [string, Setting<unknown>][]) {
    const given = overrides[setting.variable] ?? environment[setting.variable];
    const chosen = given === undefined || given === '' ? (defaults[setting.variable] ?? setting.fallback) : given;
    if (chosen === undefined) continue;
    const reading = setting.read(chosen);
    if ('wrong' in reading)
      problems.push({ variable: setting.variable, wrong: reading.wrong, allowed: setting.allowed });
    else config[name] = reading.value;
  }
  problems.push(...contradictions(config as Config));
  if (problems.length > 0) throw new ConfigError(problems);
  return config as Config;
}

/** Values that are right one by one but not together. */
function contradictions(config: Config): { variable: string; wrong: string; allowed: string }[] {
  const problems: { variable: string; wrong: string; allowed: string }[] = [];
  const scaled = [
    ['DATABASE_URL', config.databaseUrl],
    ['CLICKHOUSE_URL', config.clickhouseUrl],
    ['KAFKA_BROKERS', config.kafkaBrokers],
  ] as const;
  for (const [variable, value] of scaled) {
    if (value !== undefined) {
      problems.push({
        variable,
        wrong: 'this version runs on the embedded stores only and would not use it',
        allowed: 'unset; the scaled stores come with a later version',
      });
    }
  }
  if (config.bootstrapAdminPassword !== undefined && config.bootstrapAdminEmail === undefined) {
    problems.push({
      variable: 'UPTAKE_BOOTSTRAP_ADMIN_EMAIL',
      wrong: 'it is not set, but UPTAKE_BOOTSTRAP_ADMIN_PASSWORD is',
      allowed: 'both or neither',
    });
  }
  return problems;
}
