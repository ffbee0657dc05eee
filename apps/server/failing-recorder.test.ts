/** Requirement L6 on the whole server: what cannot be recorded is counted, and the action it was about stands. */
import { expect, test, vi } from 'vitest';
import { EVENT, SEAMS } from './milestone-seams.fixture.ts';
import { type Asker, OPERATOR, SECRET_KEY, startOwnServer, WRITE_KEY } from './own-server.fixture.ts';

type Workspace = { readonly products: readonly { readonly environments: readonly { readonly id: string }[] }[] };
type Overview = { readonly top_events: readonly unknown[] };

test('a recorder that fails breaks no action at any seam, and each failure is counted', async () => {
  const filled = await startOwnServer();
  const sent = await filled.withKey(WRITE_KEY)('POST', '/api/v1/telemetry/events', EVENT);
  expect(sent.status).toBe(200);
  await vi.waitUntil(
    async () =>
      ((await filled.withKey(SECRET_KEY)('GET', '/api/v1/telemetry/overview')).body as Overview).top_events.length,
    { timeout: 30_000 },
  );
  // Nothing takes rows out of the log any more, and it is as small as it may be.
  const full = await filled.restart({
    UPTAKE_ROLES: 'collect,query',
    UPTAKE_EVENT_LOG_MAX_BYTES: String(16 * 1024 ** 2),
  });
  try {
    const filler = Array.from({ length: 100 }, () => ({
      event_name: 'filler',
      properties: { text: 'x'.repeat(8_000) },
    }));
    const fill = async (events: readonly object[]) => {
      const { status } = await full.withKey(WRITE_KEY)('POST', '/api/v1/telemetry/events', { events });
      return status;
    };
    for (const events of [filler, [{ event_name: 'filler' }]]) while ((await fill(events)) === 200);
    const person = await full.signIn(OPERATOR.email, OPERATOR.password);
    const { products } = (await person('GET', '/api/v1/workspace')).body as Workspace;
    const environmentId = products[0]!.environments[0]!.id;
    const opened = { seam: 'diagnostics', family: 'support_diagnostics_opened', status: 200 };
    const seams = [...SEAMS, { ...opened, act: (ask: Asker) => ask('GET', '/api/v1/system/diagnostics') }];
    for (const { seam, act, status } of seams)
      expect([seam, (await act(person, environmentId)).status]).toEqual([seam, status]);
    const failures = async () => {
      const { text } = await full.withoutKey()('GET', '/metrics');
      const counted = text.matchAll(/^uptake_milestones_total\{family="(\w+)",outcome="failed"\} (\d+)$/gm);
      return Object.fromEntries([...counted].map(([, family, count]) => [family, Number(count)]));
    };
    const expected = Object.fromEntries(
      seams.map(({ family }) => [family, seams.filter((each) => each.family === family).length]),
    );
    await expect.poll(failures, { timeout: 30_000 }).toEqual(expected);
  } finally {
    await full.close();
  }
}, 120_000);
