import { SYSTEM_LEDGER } from '@uptake/domain/ledger';
import { readConfig } from '@uptake/io/config';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventWith, openTestEventStore, TEST_SCOPE, type TestEventStore } from '../../insights/testing.ts';
import { pruneLedger } from './prune.ts';

const DAY_MS = 86_400_000;
const NOW = Date.UTC(2026, 10, 20, 15, 30);

let store: TestEventStore;
beforeAll(async () => {
  store = await openTestEventStore(() => NOW);
  const milestone = (daysAgo: number) =>
    eventWith({ eventName: 'operation_started', tenantId: 'acme', timestampMs: NOW - daysAgo * DAY_MS });
  await store.insert([1, 89, 91, 200].map(milestone), SYSTEM_LEDGER);
  await store.insert([91, 200].map(milestone), TEST_SCOPE);
}, 60_000);
afterAll(() => store.close());

/** Rows by whose they are and table. */
async function counts(): Promise<Record<string, number>> {
  const count = async (table: string, workspaceId: string) => {
    const sql = `SELECT toUInt32(count()) AS rows FROM ${table}`;
    const rows = await store.eventStore.ask<{ rows: number }>({ name: 'test', sql, scope: { workspaceId } });
    return rows[0]!.rows;
  };
  return {
    ledger: await count('events', SYSTEM_LEDGER.workspaceId),
    ledgerHours: await count('events_hourly', SYSTEM_LEDGER.workspaceId),
    customer: await count('events', TEST_SCOPE.workspaceId),
  };
}

const prune = (ledgerRetentionDays: number, isDryRun: boolean) =>
  pruneLedger({ eventStore: store.eventStore, ledgerRetentionDays, nowMs: () => NOW }, { isDryRun });

test('the ledger keeps its rows for 90 days where nothing else is configured', () => {
  expect(readConfig({}).ledgerRetentionDays).toBe(90);
  expect(readConfig({ UPTAKE_LEDGER_RETENTION_DAYS: '30' }).ledgerRetentionDays).toBe(30);
});

test('pruning says what would go, then removes exactly that, with its aggregates, and nothing of a customer', async () => {
  expect(await counts()).toEqual({ ledger: 4, ledgerHours: 4, customer: 2 });
  expect((await prune(90, true)).events.rows).toBe(2);
  expect(await counts()).toEqual({ ledger: 4, ledgerHours: 4, customer: 2 });
  expect((await prune(90, false)).events.rows).toBe(2);
  expect(await counts()).toEqual({ ledger: 2, ledgerHours: 2, customer: 2 });
  expect((await prune(90, false)).events.rows).toBe(0);
  expect((await prune(30, false)).events.rows).toBe(1);
  expect(await counts()).toEqual({ ledger: 1, ledgerHours: 1, customer: 2 });
});
