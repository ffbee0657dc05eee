/** Questions as the tests of every engine ask them. */
import { createOutbound } from '../outbound/index.ts';
import { createPolledDatabases, type PolledEngine, type PolledQuestion } from './index.ts';
import { HOST, PASSWORD } from './servers.fixture.ts';

export const outbound = createOutbound({
  allow: ['127.0.0.1'],
  userAgent: 'Uptake/test',
  nowMs: () => 0,
  random: () => 0.5,
  pause: async () => undefined,
  lookUp: async (host) => [{ address: host === HOST ? '127.0.0.1' : '10.0.0.1', family: 4 }],
});

export type Asking = Partial<PolledQuestion> & { readonly tenantId?: string };

/** `{{tenant_id}}` stands for the parameter. */
export function askerOf(engine: PolledEngine, defaults: () => Partial<PolledQuestion>) {
  const databases = createPolledDatabases(outbound);
  return (sql: string, { tenantId = 'acme', ...asking }: Asking = {}) => {
    const statement = sql.split('{{tenant_id}}');
    const timeoutMs = asking.timeoutMs ?? 10_000;
    return databases[engine]({
      host: HOST,
      port: 0,
      database: 'crm',
      username: 'reader',
      password: PASSWORD,
      tls: { mode: 'off' },
      parameters: statement.slice(1).map(() => ({ name: 'tenant_id', value: tenantId })),
      maxRows: 10_000,
      timeoutMs,
      signal: AbortSignal.timeout(timeoutMs),
      ...defaults(),
      statement,
      ...asking,
    });
  };
}
