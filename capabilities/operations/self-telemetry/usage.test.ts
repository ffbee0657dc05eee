import { MILESTONE_FAMILIES, SYSTEM_LEDGER } from '@uptake/domain/ledger';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventWith, openTestEventStore, TEST_SCOPE, type TestEventStore } from '../../insights/testing.ts';
import { type UsageRow, type UsageWindow, usageQuestion } from './usage.query.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = Date.UTC(2026, 10, 20, 15, 30);

let store: TestEventStore;

const milestone = (eventName: string, tenantId: string, agoMs: number) =>
  eventWith({ eventName, eventType: 'action', tenantId, userId: '00000000000000aa', timestampMs: NOW - agoMs });

beforeAll(async () => {
  store = await openTestEventStore(() => NOW);
  await store.insert(
    [
      milestone('operation_started', 'acme', HOUR),
      milestone('operation_started', 'acme', 23 * HOUR),
      milestone('operation_started', 'globex', 2 * HOUR),
      milestone('stored_report_created', 'acme', 3 * HOUR),
      milestone('stored_report_created', 'initech', 30 * HOUR),
      milestone('review_pack_requested', 'globex', 6 * DAY),
      milestone('review_pack_requested', 'hooli', 20 * DAY),
      milestone('review_pack_requested', 'hooli', 45 * DAY),
      milestone('review_pack_requested', 'hooli', 80 * DAY),
      // Not a family: whatever else came to lie here is not counted.
      milestone('page_viewed', 'acme', HOUR),
    ],
    SYSTEM_LEDGER,
  );
  // A customer's own event of the same name is a customer's.
  await store.insert([milestone('operation_started', 'mallory', HOUR)], TEST_SCOPE);
}, 60_000);
afterAll(() => store.close());

async function usage(window: UsageWindow): Promise<Record<string, readonly number[]>> {
  const rows = await store.eventStore.ask<UsageRow>(usageQuestion(window, NOW));
  return Object.fromEntries(
    rows.map((row) => [
      row.family || 'all',
      [row.milestones, row.previous_milestones, row.workspaces, row.previous_workspaces],
    ]),
  );
}

describe('the count of milestones', () => {
  test.each<[UsageWindow, Record<string, readonly number[]>]>([
    ['24h', { operation_started: [3, 0, 2, 0], stored_report_created: [1, 1, 1, 1], all: [4, 1, 2, 1] }],
    [
      '7d',
      {
        operation_started: [3, 0, 2, 0],
        stored_report_created: [2, 0, 2, 0],
        review_pack_requested: [1, 0, 1, 0],
        all: [6, 0, 3, 0],
      },
    ],
    [
      '30d',
      {
        operation_started: [3, 0, 2, 0],
        stored_report_created: [2, 0, 2, 0],
        review_pack_requested: [2, 1, 2, 1],
        all: [7, 1, 4, 1],
      },
    ],
  ])('over %s: each family, its workspaces, and the same of the window before', async (window, expected) => {
    expect(await usage(window)).toEqual(expected);
  });

  test('is one question that the primary key narrows to the system ledger and the days asked for', async () => {
    const { sql, parameters } = usageQuestion('24h', NOW);
    // The seam adds the scope as a table filter; here it stands in the text, where the plan shows it.
    const { workspaceId, environmentId } = SYSTEM_LEDGER;
    const scope = `workspace_id = '${workspaceId}' AND environment_id = '${environmentId}'`;
    const rows = await store.eventStore.askAsOperator<{ explain: string }>({
      name: 'operations.usage.explain',
      sql: `EXPLAIN indexes = 1 ${sql.replace('WHERE', `WHERE ${scope} AND`)}`,
      parameters: parameters!,
    });
    const plan = rows.map((row) => row.explain).join('\n');
    const primaryKey = plan.slice(plan.indexOf('PrimaryKey'));
    expect(primaryKey).toMatch(/Keys:\s+workspace_id\s+environment_id\s+timestamp\s+Condition: /);
    expect(primaryKey).toContain(`workspace_id in ['${workspaceId}', '${workspaceId}']`);
    expect(primaryKey).toContain(String((NOW - 48 * HOUR) / 1000));
    expect(plan).toMatch(/Partition\n\s+Keys:\n\s+toYYYYMM\(timestamp\)\n\s+Condition: (?!true)/);
    expect(plan.match(/ReadFromMergeTree/g)).toHaveLength(1);
  });

  test('names no family in its text: the catalogue does', () => {
    const { sql, parameters } = usageQuestion('7d', NOW);
    expect(parameters!.families).toEqual(Object.keys(MILESTONE_FAMILIES));
    expect(sql).not.toContain('operation_started');
  });
});
