/** The registry on real stores behind a real Fastify, with people of every role, in one call. */
import type { MemberRole } from '@uptake/domain/contract';
import { createLogger } from '@uptake/io/observability';
import type { BootstrapResult } from '../../access/bootstrap.ts';
import { openTestAccess, TEST_ADMIN, type TestAccess } from '../../access/testing.ts';
import { openTestEventStore, type TestEventStore } from '../../insights/testing.ts';
import { createRegistry } from './create.ts';

export type Reply = { readonly status: number; readonly body: never };
type Method = 'GET' | 'PUT' | 'POST' | 'DELETE' | 'PATCH';
/** What a request carries to say who asks. */
export type Asker = Readonly<Record<string, string>>;

export type TestRegistry = {
  readonly opened: TestAccess;
  readonly store: TestEventStore;
  readonly own: Extract<BootstrapResult, { isFirstStart: true }>;
  readonly owner: Asker;
  readonly admin: Asker;
  readonly analyst: Asker;
  /** An administrator's key of another workspace. */
  readonly foreign: Asker;
  /** Steps of onboarding that were told. */
  readonly checkpoints: readonly string[];
  keyOf(scopes: ('read' | 'write' | 'admin')[]): Promise<Asker>;
  ask(asker: Asker, method: Method, url: string, payload?: object): Promise<Reply>;
  close(): Promise<void>;
};

export async function openTestRegistry(): Promise<TestRegistry> {
  const [opened, store] = await Promise.all([
    openTestAccess({ adminEmail: TEST_ADMIN.email, adminPassword: TEST_ADMIN.password }),
    openTestEventStore(),
  ]);
  const checkpoints: string[] = [];
  // Before the first request, with which the server is complete.
  const { routes } = createRegistry({
    controlStore: opened.controlStore,
    eventStore: store.eventStore,
    access: opened.access.readModel,
    nowMs: () => opened.clock.nowMs,
    logger: createLogger({ level: 'silent', scrub: (text) => text }),
    onCheckpoint: (_, checkpoint) => void checkpoints.push(checkpoint),
  });
  await opened.app.register(routes);
  const own = await opened.access.bootstrap();
  if (!own.isFirstStart) throw new Error('the template is not empty');
  const { keys, members, workspaces } = opened.access;
  const system = { kind: 'system' } as const;
  const signedInAs = async (role: MemberRole): Promise<Asker> => {
    const person = { email: `${role}@example.test`, name: role, role, password: 'a long password' };
    await members.add(own.workspaceId, person, system);
    return opened.signIn(person.email, person.password);
  };
  const keyIn = async (workspaceId: string, scopes: ('read' | 'write' | 'admin')[]): Promise<Asker> => {
    const { key } = await keys.create(workspaceId, { kind: 'secret', name: scopes.join(), scopes }, system);
    return { authorization: `Bearer ${key}` };
  };
  const globex = await workspaces.createWorkspace('Globex', own.adminUserId);
  return {
    opened,
    store,
    own,
    owner: await opened.signIn(TEST_ADMIN.email, TEST_ADMIN.password),
    admin: await signedInAs('admin'),
    analyst: await signedInAs('analyst'),
    foreign: await keyIn(globex.id, ['admin']),
    checkpoints,
    keyOf: (scopes) => keyIn(own.workspaceId, scopes),
    ask: (asker, method, url, payload) =>
      opened.ask({ method, url, headers: { ...asker }, ...(payload && { payload }) }),
    close: async () => {
      await store.close();
      await opened.remove();
    },
  };
}

/** A property nobody objects to. */
export const property = (schema: object) => ({ description: 'Said by a test.', 'x-pii-class': 'none', ...schema });

/** Version 1 of an event in force, that says by which `path` a task was assigned. */
export const schemaOf = (eventName: string, changes: object = {}, properties: object = {}) => ({
  event_name: eventName,
  version: 1,
  state: 'active',
  owner: 'work',
  description: 'Somebody got a task.',
  feature_area: 'tasks',
  pii_class: 'none',
  data_sensitivity: 'internal',
  ...changes,
  properties: {
    type: 'object',
    properties: { path: property({ enum: ['drag', 'menu'] }), ...properties },
    required: ['path'],
    additionalProperties: false,
  },
});
