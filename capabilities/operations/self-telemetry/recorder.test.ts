import { randomUUID } from 'node:crypto';
import { milestones, SYSTEM_LEDGER } from '@uptake/domain/ledger';
import { createLogger } from '@uptake/io/observability';
import { afterEach, describe, expect, test } from 'vitest';
import { openTestDoor, type TestDoor } from '../../collect/door.fixture.ts';
import { createRecorder, type Recorder } from './recorder.ts';

const ADA = { workspaceId: '0190a000-0000-7000-8000-000000000001', userId: '0190a000-0000-7000-8000-00000000000a' };

let door: TestDoor;
const logged: string[] = [];
afterEach(() => door.close());

/** A recorder on the real pipeline and a real log. */
async function openRecorder(maxLogBytes?: number): Promise<Recorder> {
  door = await openTestDoor({}, maxLogBytes);
  logged.length = 0;
  return createRecorder({
    ingest: door.collect.ingest,
    appVersion: '1.2.3',
    nowMs: () => door.testAccess.clock.nowMs,
    randomUuid: randomUUID,
    logger: createLogger({
      level: 'warn',
      scrub: (text) => text,
      destination: { write: (line) => void logged.push(line) },
    }),
    metrics: door.testAccess.metrics,
  });
}

const outcomes = (outcome: string) => door.testAccess.metrics.value('uptake_milestones_total', { outcome });

describe('the recorder', () => {
  test('writes one row of the system ledger: the customer as tenant, the person as a pseudonym, metadata as enumerated', async () => {
    const recorder = await openRecorder();
    const reportId = randomUUID();
    recorder.record(ADA, milestones.reportCreated('trend', reportId));
    await recorder.settled();
    const rows = await door.takeRows();
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      workspace_id: SYSTEM_LEDGER.workspaceId,
      environment_id: SYSTEM_LEDGER.environmentId,
      event_name: 'stored_report_created',
      event_type: 'action',
      tenant_id: ADA.workspaceId,
      feature_area: 'reports',
      app_version: '1.2.3',
      is_planned: true,
      properties: { report_kind: 'trend', report_id: reportId },
    });
    expect(rows[0]!.user_id).toMatch(/^[0-9a-f]{16}$/);
    expect(JSON.stringify(rows)).not.toContain(ADA.userId);
    expect(await outcomes('recorded')).toBe(1);
  });

  test('records nothing that no person initiated', async () => {
    const recorder = await openRecorder();
    recorder.record(undefined, milestones.operationStarted('retention_prune'));
    await recorder.settled();
    expect(await door.takeRows()).toEqual([]);
    expect(await outcomes('skipped')).toBe(1);
  });

  test('lets the action stand when the log is full, and says so where operators look', async () => {
    const recorder = await openRecorder(1024 * 1024);
    for (const text of ['x'.repeat(8_000), '']) {
      while ((await door.post({ event_name: 'filler', properties: { text } })).status === 200);
    }
    expect(() => recorder.record(ADA, milestones.diagnosticsOpened())).not.toThrow();
    await expect(recorder.settled()).resolves.toBeUndefined();
    expect(await outcomes('failed')).toBe(1);
    expect(logged.join('')).toMatch(/support_diagnostics_opened.*could not be recorded/);
  });

  test('lets the action stand when the log is closed under it', async () => {
    const recorder = await openRecorder();
    await door.eventLog.close();
    expect(() => recorder.record(ADA, milestones.diagnosticsOpened())).not.toThrow();
    await recorder.settled();
    expect(await outcomes('failed')).toBe(1);
  });

  test('cannot be talked into metadata that are not enumerated: the pipeline refuses them as it would a customer’s', async () => {
    const recorder = await openRecorder();
    const { family } = milestones.diagnosticsOpened();
    // What a build without types might pass.
    const smuggled = { family, metadata: { subject: 'Ada’s laptop' } } as never;
    recorder.record(ADA, smuggled);
    await recorder.settled();
    expect(await door.takeRows()).toEqual([]);
    expect(await outcomes('refused')).toBe(1);
    expect(logged.join('')).toContain('metadata_invalid');
    expect(logged.join('')).not.toContain('laptop');
  });
});
