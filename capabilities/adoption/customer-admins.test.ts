/** Every door by which values come into a plan, or by which that is arranged: open to its customer's admins, closed to others'. */
import type { Principal } from '@uptake/domain/contract';
import { auditEntries, telemetryValues } from '@uptake/io/control-store/schema';
import { desc } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Opened, openAdoption } from './adoption.fixture.ts';
import type { SourceInput } from './port.ts';
import type { SourceDriver } from './source-driver.ts';

type Member = Extract<Principal, { kind: 'member' }>;
type Place = {
  readonly customerId: string;
  readonly planId: string;
  readonly taskId: string;
  readonly attributeId: string;
  readonly sourceId: string;
  readonly batchId: string;
  readonly file: { readonly name: string; readonly bytes: Buffer };
};

/** Another system that always has the same answer. */
const always: SourceDriver = {
  readConfig: () => [],
  readCredentials: () => [],
  fetchValues: async () => ({ rows: [{ attribute: 'users_trained', value: 7 }], notices: [] }),
};

let opened: Opened;
let mine: Place;
let admin: Member;
let othersAdmin: Member;
let analyst: Member;
let signedIn: { readonly own: { cookie: string }; readonly other: { cookie: string } };

beforeAll(async () => {
  opened = await openAdoption({ api_polling: always });
  mine = await place('Mine');
  const theirs = await place('Theirs');
  const own = await join('cora@example.test', mine.customerId);
  const other = await join('dora@example.test', theirs.customerId);
  [admin, othersAdmin, analyst] = [own.member, other.member, await opened.member('analyst')];
  signedIn = { own: await opened.signIn(...own.signIn), other: await opened.signIn(...other.signIn) };
});
afterAll(() => opened.remove());

async function join(email: string, customerId: string) {
  const { workspaceId, access, service } = opened;
  const who = { email, name: email, role: 'customer_admin' as const };
  const { userId, password } = await access.members.add(workspaceId, who, { kind: 'system' });
  await service.setCustomerAdmins(opened.admin, customerId, [userId]);
  const member: Member = { kind: 'member', userId, workspaceId, role: 'customer_admin' };
  return { member, signIn: [email, password!] as const };
}

const source = (planId: string, id?: string): SourceInput => ({
  adoptionPlanId: planId,
  kind: 'API_POLLING',
  name: 'CRM',
  config: {},
  ...(id !== undefined && { id }),
});

async function place(name: string): Promise<Place> {
  const { service } = opened;
  const { customerId, plan } = await opened.assigned(name);
  const [task] = await opened.tasksOf(plan.id);
  const attribute = await opened.attribute(plan.id, 'users_trained');
  const { source: made } = await service.saveSource(opened.admin, source(plan.id));
  const file = { name: 'filled.xlsx', bytes: await opened.filled(plan.id, { users_trained: 9 }) };
  const ids = { customerId, planId: plan.id, taskId: task!.id, attributeId: attribute.id, sourceId: made.id };
  return { ...ids, batchId: await imported(plan.id), file };
}

/** A batch to take back. */
async function imported(planId: string): Promise<string> {
  const rows = [{ attribute: 'completion_rate', value: Math.floor(Math.random() * 100) }];
  const by = { kind: 'system' } as const;
  const { workspaceId } = opened;
  return (await opened.adoption.supply({ workspaceId, planId, rows, source: 'api', by })).batchId;
}

const push = async (who: Member, { planId }: Place) => {
  const { status, body } = await opened.ask({
    method: 'POST',
    url: `/api/v1/adoption/plans/${planId}/values`,
    headers: who === admin ? signedIn.own : signedIn.other,
    payload: { values: [{ attribute: 'users_trained', value: 8 }] },
  });
  if (status !== 200) throw body;
};

type Door = readonly [name: string, audited: string | undefined, act: (who: Member, of: Place) => Promise<unknown>];
const DOORS: readonly Door[] = [
  [
    'import of a workbook',
    'adoption_values.imported',
    (who, { planId, file }) => opened.service.importCustomerTelemetry(who, planId, file, { isPreview: false }),
  ],
  [
    'preview of a workbook',
    undefined,
    (who, { planId, file }) => opened.service.importCustomerTelemetry(who, planId, file, { isPreview: true }),
  ],
  ['push', 'adoption_values.imported', push],
  [
    'value by hand',
    'adoption_value.recorded',
    (who, { attributeId }) =>
      opened.service.recordValue(who, attributeId, 5, { day: undefined, notes: 'Told on the phone' }),
  ],
  [
    'taking back of a batch',
    'adoption_values.import_undone',
    (who, { batchId }) => opened.service.undoTelemetryImport(who, batchId),
  ],
  [
    'export of a workbook',
    'adoption_workbook.exported',
    (who, { planId }) => opened.service.exportAdoptionPlanTelemetry(who, planId),
  ],
  [
    'change of settings',
    'adoption_plan.configured',
    (who, { planId }) =>
      opened.service.configureAdoptionPlanTelemetry(who, { adoptionPlanId: planId, telemetryEnabled: true }),
  ],
  [
    'exception of a task',
    'adoption_task.override_set',
    (who, { taskId }) => opened.service.setTaskOverride(who, taskId, { kind: 'OFF' }),
  ],
  ['new source', 'adoption_source.created', (who, { planId }) => opened.service.saveSource(who, source(planId))],
  [
    'change of a source',
    'adoption_source.changed',
    (who, { planId, sourceId }) => opened.service.saveSource(who, source(planId, sourceId)),
  ],
  ['test of a source', undefined, (who, { planId }) => opened.service.testSource(who, source(planId))],
  ['run of a source', 'adoption_source.run', (who, { sourceId }) => opened.service.runSource(who, sourceId)],
  ['removal of a source', 'adoption_source.deleted', (who, { sourceId }) => opened.service.deleteSource(who, sourceId)],
];

const audited = () =>
  opened.controlStore.withWorkspace(opened.workspaceId, async (tx) => {
    const [row] = await tx.select().from(auditEntries).orderBy(desc(auditEntries.sequence)).limit(1);
    return row;
  });
const count = () => opened.controlStore.withWorkspace(opened.workspaceId, (tx) => tx.$count(telemetryValues));

describe('the door of a customer’s admins', () => {
  beforeEach(() => {
    opened.clock.nowMs += 1_000;
  });

  test.each(DOORS)('%s', async (name, action, act) => {
    const before = { audit: await audited(), values: await count() };
    const refusal = await act(othersAdmin, mine).then(
      () => 'taken',
      (error: { code?: string }) => error.code,
    );
    expect(refusal).toBe('not_found');
    if (name !== 'export of a workbook' && name !== 'push')
      await expect(act(analyst, mine)).rejects.toMatchObject({ code: 'forbidden' });
    expect({ audit: await audited(), values: await count() }).toEqual(before);

    await act(admin, mine);
    const after = await audited();
    if (action === undefined) expect({ audit: after, values: await count() }).toEqual(before);
    else expect(after).toMatchObject({ action, actorKind: 'member', actorId: admin.userId });
  });
});
