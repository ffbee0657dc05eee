/** Settings for a stranger's eyes: numbers, switches and choices as they are; of texts, addresses and secrets only whether they are set. */
import { type Config, LOG_LEVELS, ROLES, SETTINGS, type Setting } from './settings.ts';

export type DescribedSetting = {
  readonly variable: string;
  /** `set` where the value is not shown, `null` where there is none. */
  readonly value: string | number | boolean | null;
  readonly is_default: boolean;
};

export function describeSettings(config: Config): readonly DescribedSetting[] {
  const given = config as Readonly<Record<string, unknown>>;
  return (Object.entries(SETTINGS) as [string, Setting<unknown>][]).map(([name, setting]) => {
    const value = given[name];
    const fallback = setting.fallback === undefined ? undefined : setting.read(setting.fallback);
    const usual = fallback !== undefined && 'value' in fallback ? fallback.value : undefined;
    return {
      variable: setting.variable,
      value: shown(value, setting),
      is_default: JSON.stringify(value) === JSON.stringify(usual),
    };
  });
}

function shown(value: unknown, { secret, fallback }: Setting<unknown>): DescribedSetting['value'] {
  if (value === undefined || value === null) return null;
  if (secret === true) return 'set';
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  if (Array.isArray(value) && value.every((word) => (ROLES as readonly unknown[]).includes(word)))
    return value.join(',');
  // A default is known to everybody; of other texts only the closed list of levels can hold nothing of anybody.
  if (value === fallback || (LOG_LEVELS as readonly unknown[]).includes(value)) return String(value);
  return 'set';
}
