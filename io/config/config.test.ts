import { describe, expect, test } from 'vitest';
import { ConfigError, readConfig, SETTINGS } from './index.ts';

describe('reading the environment', () => {
  test('takes the documented defaults from an empty environment', () => {
    expect(readConfig({})).toMatchObject({
      port: 4400,
      host: '127.0.0.1',
      dataDirectory: '.uptake',
      demo: false,
      roles: ['collect', 'write', 'deliver', 'query', 'schedule'],
      telemetryEnabled: true,
      retentionDays: 90,
    });
  });

  test('gives every setting the value of its own variable', () => {
    const config = readConfig({
      PORT: '5001',
      HOST: '0.0.0.0',
      UPTAKE_DATA_DIR: '/var/lib/uptake',
      UPTAKE_DEMO: 'on',
      UPTAKE_ROLES: 'write,collect',
      UPTAKE_SECRET_KEY: 's'.repeat(40),
      UPTAKE_PUBLIC_URL: 'https://uptake.example',
      UPTAKE_TRUST_PROXY: 'true',
      UPTAKE_COUNTRY_HEADER: 'cf-ipcountry',
      UPTAKE_REGION_HEADER: 'x-edge-region',
      UPTAKE_COUNTRY_TABLE: 'off',
      UPTAKE_LOG_LEVEL: 'warn',
      UPTAKE_EVENT_LOG_MAX_BYTES: '20000001',
      UPTAKE_STORE_MEMORY_BYTES: '300000002',
      UPTAKE_QUERY_TIMEOUT_MS: '1503',
      UPTAKE_EVENTS_PER_SECOND_LIMIT: '204',
      UPTAKE_REQUESTS_PER_SECOND_LIMIT: '31',
      UPTAKE_BOOTSTRAP_ADMIN_EMAIL: 'Root@Example.com',
      UPTAKE_BOOTSTRAP_ADMIN_PASSWORD: 'password-five',
      UPTAKE_BOOTSTRAP_WRITE_KEY: 'write-key-six',
      UPTAKE_BOOTSTRAP_SECRET_KEY: 'secret-key-seven',
      TELEMETRY_ENABLED: 'false',
      TELEMETRY_BATCH_SIZE: '108',
      TELEMETRY_FLUSH_INTERVAL: '5009',
      TELEMETRY_RETENTION_DAYS: '10',
      UPTAKE_LEDGER_RETENTION_DAYS: '11',
      TELEMETRY_ANALYTICS_ENABLED: '0',
      UPTAKE_SMTP_URL: 'smtps://ada:pw@mail.example',
      UPTAKE_MAIL_FROM: 'telemetry@example.com',
      UPTAKE_OUTBOUND_ALLOW: 'CRM.internal, 10.0.0.0/8',
    });
    expect(config).toEqual({
      smtpUrl: 'smtps://ada:pw@mail.example',
      mailFrom: 'telemetry@example.com',
      outboundAllow: ['crm.internal', '10.0.0.0/8'],
      port: 5001,
      host: '0.0.0.0',
      dataDirectory: '/var/lib/uptake',
      demo: true,
      roles: ['collect', 'write'],
      secretKey: 's'.repeat(40),
      publicUrl: 'https://uptake.example',
      trustProxy: true,
      countryHeader: 'cf-ipcountry',
      regionHeader: 'x-edge-region',
      countryTable: false,
      logLevel: 'warn',
      eventLogMaxBytes: 20_000_001,
      storeMemoryBytes: 300_000_002,
      queryTimeoutMs: 1503,
      eventsPerSecondLimit: 204,
      requestsPerSecondLimit: 31,
      bootstrapAdminEmail: 'root@example.com',
      bootstrapAdminPassword: 'password-five',
      bootstrapWriteKey: 'write-key-six',
      bootstrapSecretKey: 'secret-key-seven',
      telemetryEnabled: false,
      writeBatchEvents: 108,
      writeIntervalMs: 5009,
      retentionDays: 10,
      ledgerRetentionDays: 11,
      analyticsEnabled: false,
    });
  });

  test.each([
    ['PORT', '70000', /PORT: 70000 is more than 65535\. Allowed: a whole number from 0 to 65535\./],
    ['PORT', '44oo', /PORT: "44oo" is not a whole number/],
    ['UPTAKE_DEMO', 'maybe', /UPTAKE_DEMO: "maybe" is neither on nor off\. Allowed: on, off/],
    ['UPTAKE_ROLES', 'collect,wirte', /UPTAKE_ROLES: "wirte" is not a role\. Allowed: all, or any of collect/],
    ['UPTAKE_LOG_LEVEL', 'loud', /UPTAKE_LOG_LEVEL: "loud" is not known\. Allowed: debug, info/],
    ['UPTAKE_SECRET_KEY', 'short', /UPTAKE_SECRET_KEY: it has 5 characters\. Allowed: at least 32/],
    ['UPTAKE_BOOTSTRAP_ADMIN_EMAIL', 'nobody', /"nobody" is not an email address/],
    ['TELEMETRY_RETENTION_DAYS', '0', /TELEMETRY_RETENTION_DAYS: 0 is less than 1/],
    ['TELEMETRY_BATCH_SIZE', '-5', /TELEMETRY_BATCH_SIZE: "-5" is not a whole number/],
    ['UPTAKE_OUTBOUND_ALLOW', 'crm, 10.0.0/8', /"10\.0\.0\/8" is neither an address nor a range/],
    ['KAFKA_BROKERS', 'localhost:9092', /KAFKA_BROKERS: this version runs on the embedded stores only/],
    ['DATABASE_URL', 'mysql://x', /DATABASE_URL: it begins with mysql:\/\//],
  ])('stops on a wrong %s (%s) and says what is allowed', (variable, value, message) => {
    expect(() => readConfig({ [variable]: value })).toThrow(message);
  });

  test('names every wrong variable at once', () => {
    const read = () => readConfig({ PORT: 'x', TELEMETRY_ENABLED: 'x' });
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(/PORT[\s\S]*TELEMETRY_ENABLED/);
  });

  test('never repeats a secret or a URL, which may hold one', () => {
    for (const variable of ['UPTAKE_BOOTSTRAP_ADMIN_PASSWORD', 'UPTAKE_SECRET_KEY', 'DATABASE_URL']) {
      expect(() => readConfig({ [variable]: 'my hidden value' })).toThrow(
        expect.objectContaining({ message: expect.not.stringContaining('hidden') }),
      );
    }
  });

  test('gives each setting a variable of its own', () => {
    const variables = Object.values(SETTINGS).map((setting) => setting.variable);
    expect(new Set(variables).size).toBe(variables.length);
  });
});
