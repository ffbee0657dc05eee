import { expect, test } from 'vitest';
import { describeSettings } from './describe.ts';
import { readConfig } from './index.ts';
import { SETTINGS } from './settings.ts';

const ENVIRONMENT = {
  PORT: '4401',
  HOST: 'ada-laptop.example.com',
  UPTAKE_DATA_DIR: '/srv/ada',
  UPTAKE_SECRET_KEY: 'canary-secret-key-0123456789-abcdefgh',
  UPTAKE_PUBLIC_URL: 'https://ada:canary-password@uptake.example.com/?token=canary-token',
  UPTAKE_BOOTSTRAP_ADMIN_EMAIL: 'ada@example.com',
  UPTAKE_BOOTSTRAP_ADMIN_PASSWORD: 'canary-password',
  UPTAKE_BOOTSTRAP_WRITE_KEY: 'canary-write-key',
  UPTAKE_BOOTSTRAP_SECRET_KEY: 'canary-secret-key',
  UPTAKE_LOG_LEVEL: 'warn',
  TELEMETRY_ENABLED: 'off',
};

test('numbers, switches and choices are shown, of everything else only that it is set', () => {
  const described = describeSettings(readConfig(ENVIRONMENT));
  expect(described.map(({ variable }) => variable)).toEqual(Object.values(SETTINGS).map(({ variable }) => variable));
  const byVariable = Object.fromEntries(described.map((setting) => [setting.variable, setting]));
  expect(byVariable.PORT).toEqual({ variable: 'PORT', value: 4401, is_default: false });
  expect(byVariable.TELEMETRY_ENABLED).toMatchObject({ value: false, is_default: false });
  expect(byVariable.UPTAKE_LOG_LEVEL).toMatchObject({ value: 'warn' });
  expect(byVariable.TELEMETRY_RETENTION_DAYS).toMatchObject({ value: 90, is_default: true });
  for (const variable of ['HOST', 'UPTAKE_DATA_DIR', 'UPTAKE_SECRET_KEY', 'UPTAKE_PUBLIC_URL']) {
    expect(byVariable[variable]).toMatchObject({ value: 'set', is_default: false });
  }
  expect(byVariable.UPTAKE_COUNTRY_HEADER).toMatchObject({ value: null });
  expect(JSON.stringify(described)).not.toMatch(/canary|ada/);
});
