/** Dead letters on real stores, with the pipeline that takes them back, the writer, the jobs and the doors: in one call. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MemberRole, SecretKeyScope } from '@uptake/domain/contract';
import { type DeadLetter, encodeLetter, encodeTally, keepPayload } from '@uptake/domain/dead-letters';
import type { Milestone } from '@uptake/domain/ledger';
import { Scrubber } from '@uptake/domain/privacy';
import type { EventSchema } from '@uptake/domain/tracking-plan';
import { type EventStore, openChdbEventStore } from '@uptake/io/event-store';
import { createJobs, type Jobs } from '@uptake/io/jobs';
import { createLogger } from '@uptake/io/observability';
import { openRefusedRows } from '@uptake/io/refused-rows';
import type { InjectOptions } from 'fastify';
import { TEST_BASE_URL } from '../../access/testing.ts';
import { openTestDoor, type TestDoor } from '../../collect/door.fixture.ts';
import { createWriter, type Writer } from '../../collect/writer.ts';
import { createDeadLetterRoom } from './create.ts';
import type { Replay } from './replaying.ts';

/** What a request carries to say who asks. */
export type Asker = Readonly<Record<string, string>>;
export type Answer = { readonly status: number; readonly body: never };
export type Ask = (method: 'GET' | 'POST' | 'PUT', url: string, payload?: object) => Promise<Answer>;

export type TestDeadLetters = {
  readonly door: TestDoor;
  readonly eventStore: EventStore;
  readonly jobs: Jobs;
  readonly writer: Writer;
  readonly workspaceId: string;
  readonly productId: string;
  readonly environmentId: string;
  readonly recorded: Milestone[];
  /** As whom: headers of `signIn` or of a key. */
  as(headers: Asker): Ask;
  /** As if these had come through a door and been refused: letters and their tallies. */
  refuse(events: readonly Refused[], scope?: { environmentId?: string }): Promise<readonly DeadLetter[]>;
  /** Puts a schema on the plan, with its state. */
  plan(schema: EventSchema): Promise<void>;
  /** Changes a setting of the environment. */
  set(setting: 'mode' | 'policy', value: string): Promise<void>;
  signedInAs(role: MemberRole): Promise<Asker>;
  keyOf(scopes: SecretKeyScope[], of?: string): Promise<Asker>;
  otherWorkspace(): Promise<string>;
  /** Everything accepted can be asked for then. */
  drained(): Promise<void>;
  ask<Row extends Record<string, unknown>>(sql: string): Promise<Row[]>;
  close(): Promise<void>;
};

export type Refused = Partial<DeadLetter> & { readonly event: Readonly<Record<string, unknown>> };

const pseudonymOf = (id: string): string => Buffer.from(id).toString('hex').padEnd(16, '0').slice(0, 16);
const TOOLS = { scrubber: new Scrubber(), pseudonymOfUser: pseudonymOf, pseudonymOfSession: pseudonymOf };
const WRITE_EVERY_MS = 20;
const SYSTEM = { kind: 'system' } as const;

/** `wrap` stands between the room and the pipeline, for tests of what happens in the middle of a replay. */
export async function openTestDeadLetters(
  wrap: (replay: Replay) => Replay = (replay) => replay,
): Promise<TestDeadLetters> {
  const door = await openTestDoor();
  const { testAccess, collect, eventLog, registry, first } = door;
  const { controlStore, metrics, clock } = testAccess;
  const { readModel } = testAccess.access;
  const nowMs = () => clock.nowMs;
  const logger = createLogger({ level: 'silent', scrub: (text) => text });
  const directory = mkdtempSync(join(tmpdir(), 'uptake-dead-letters-'));
  const eventStore = await openChdbEventStore({
    directory: join(directory, 'events'),
    timeoutMs: 30_000,
    memoryLimitBytes: 400 * 1024 ** 2,
  });
  const refusedRows = openRefusedRows(join(directory, 'refused'));
  const writing = { eventLog, eventStore, refusedRows, nowMs, logger, metrics };
  const writer = createWriter({ ...writing, batchEvents: 10_000, intervalMs: WRITE_EVERY_MS });
  const scrub = (text: string): string => text;
  const jobs = createJobs({ controlStore, nowMs, randomUuid: randomUUID, logger, scrub, pollMs: 20 });
  const recorded: Milestone[] = [];
  const room = createDeadLetterRoom({
    controlStore,
    eventStore,
    access: readModel,
    jobs,
    replay: wrap(collect.replay),
    freshness: writer.freshness,
    record: (_, milestone) => void recorded.push(milestone),
    scrub,
    nowMs,
  });
  await testAccess.app.register(room.routes);
  writer.start();
  const { workspaceId } = first;
  const { keys, members, workspaces } = testAccess.access;
  const keyIn = async (of: string, scopes: SecretKeyScope[]): Promise<Asker> => {
    const { key } = await keys.create(of, { kind: 'secret', name: scopes.join(), scopes }, SYSTEM);
    return { authorization: `Bearer ${key}` };
  };
  const [environment] = await readModel.environmentsOf(workspaceId);
  const { id: environmentId, productId } = environment!;

  return {
    door,
    eventStore,
    jobs,
    writer,
    workspaceId,
    productId,
    environmentId,
    recorded,
    async signedInAs(role) {
      const person = { email: `${role}@example.test`, name: role, role, password: 'a long password' };
      await members.add(workspaceId, person, SYSTEM);
      return { ...(await testAccess.signIn(person.email, person.password)), origin: TEST_BASE_URL };
    },
    keyOf: (scopes, of = workspaceId) => keyIn(of, scopes),
    otherWorkspace: async () => (await workspaces.createWorkspace('Globex', first.adminUserId)).id,
    as: (headers) => (method, url, payload) =>
      testAccess.ask({ method, url, headers, ...(payload && { payload }) } as InjectOptions),
    async refuse(events, scope = {}) {
      const letters = events.map((refused) => letterOf(refused, clock.nowMs));
      const of = { workspaceId, productId, environmentId: scope.environmentId ?? environmentId };
      const lines = (rows: readonly string[]) => [Buffer.from(rows.map((row) => `${row}\n`).join(''))];
      const batch = { token: randomUUID(), count: letters.length };
      await eventStore.insertDeadLetters({ ...batch, rows: lines(letters.map((letter) => encodeLetter(of, letter))) });
      const tallies = letters.map((letter) => ({
        ...of,
        ...letter,
        atMs: letter.receivedAtMs,
        result: 'rejected' as const,
        events: 1,
      }));
      await eventStore.insertTallies({ ...batch, rows: lines(tallies.map(encodeTally)) });
      return letters;
    },
    async plan(schema) {
      const editor = { actor: SYSTEM, mayEnforce: true };
      await registry.register({ workspaceId, productId }, schema.event_name, { schema }, editor);
    },
    async set(setting, value) {
      const url = `/api/v1/environments/${environmentId}`;
      const headers = await keyIn(workspaceId, ['admin']);
      const { status } = await testAccess.ask({ method: 'PATCH', url, headers, payload: { [setting]: value } });
      if (status !== 200) throw new Error(`the environment was not changed: ${status}`);
    },
    drained: writer.drained,
    ask: (sql) => eventStore.ask({ name: 'test', sql, scope: { workspaceId } }),
    async close() {
      await jobs.stop();
      await writer.stop();
      await eventStore.close();
      await door.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function letterOf({ event, ...known }: Refused, nowMs: number): DeadLetter {
  const { json, isComplete } = keepPayload(event, TOOLS);
  return {
    letterId: randomUUID(),
    cause: '0123456789abcdef',
    receivedAtMs: nowMs,
    eventId: typeof event.event_id === 'string' ? event.event_id : '',
    eventName: String(event.event_name ?? ''),
    eventType: 'action',
    reason: 'property_not_allowed',
    path: '/properties/planNmae',
    detail: 'The schema has no property "planNmae".',
    schemaVersion: 1,
    source: 'client',
    keyId: 'key-1',
    appVersion: '4.2.0',
    tenantId: 'acme-gmbh',
    userId: '',
    sessionId: '',
    sentTimestamp: '',
    context: {},
    payload: json,
    isComplete,
    ...known,
  };
}
