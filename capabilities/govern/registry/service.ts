/** The rules of changing a tracking plan: what a version must bring along, who may put it into force, and what is written down. */
import { Problem } from '@uptake/domain/contract';
import {
  type ChangeApproval,
  type Comparison,
  compareVersions,
  type EventSchema,
  type SchemaState,
} from '@uptake/domain/tracking-plan';
import type { ControlStore, ControlTransaction } from '@uptake/io/control-store';
import { type AccessReadModel, type AuditActor, recordAudit } from '../../access/read-model.ts';
import type { ProductScope } from '../read-model.ts';
import { approve, type Reviewing } from './approval.ts';
import { checkFitFor, checkTransition, parseOrRefuse } from './checks.ts';
import {
  deleteDraft,
  insertEvent,
  insertVersion,
  lockEvent,
  type PlannedEvent,
  readPlan,
  updateState,
} from './store.ts';
import { currentSchema } from './versions.ts';

/** Who changes the plan, and whether they may do more than draft. */
export type Editor = { readonly actor: AuditActor; readonly mayEnforce: boolean };

export type Registration = ChangeApproval & {
  /** The document as it came. */
  readonly schema: unknown;
};
export type Registered = { readonly event: PlannedEvent; readonly change: Comparison };

export type Registry = {
  list(scope: ProductScope): Promise<readonly PlannedEvent[]>;
  /** Throws `not_found`. */
  read(scope: ProductScope, eventName: string): Promise<PlannedEvent>;
  /**
   * Makes the event's first version or its next one, and moves its state where the document says another. A document that
   * changes something carries the number of the version it makes, so that of two people who edit one version the second is
   * refused. Throws `invalid_schema`, `breaking_change`, `conflict`, `forbidden`.
   */
  register(scope: ProductScope, eventName: string, registration: Registration, editor: Editor): Promise<Registered>;
  changeState(scope: ProductScope, eventName: string, state: SchemaState, editor: Editor): Promise<PlannedEvent>;
  /** What was once in force stays on record; it can be blocked instead. */
  discardDraft(scope: ProductScope, eventName: string, editor: Editor): Promise<void>;
};

export type RegistryDependencies = {
  readonly controlStore: ControlStore;
  readonly access: Pick<AccessReadModel, 'membersOf'>;
  readonly nowMs: () => number;
  /** Called after each change with the product whose plan it is. */
  readonly onChange: (productId: string) => void;
};

export function createRegistryService({ controlStore, access, nowMs, onChange }: RegistryDependencies): Registry {
  /** One transaction of change: the act and its audit entries stand or fall together. */
  async function change<Result>(
    scope: ProductScope,
    editor: Editor,
    work: (editing: Editing) => Promise<Result>,
  ): Promise<Result> {
    const result = await controlStore.withWorkspace(scope.workspaceId, (tx) =>
      work({ tx, scope, editor, nowMs: nowMs() }),
    );
    onChange(scope.productId);
    return result;
  }

  return {
    list: ({ workspaceId, productId }) => controlStore.withWorkspace(workspaceId, (tx) => readPlan(tx, productId)),

    read: ({ workspaceId, productId }, eventName) =>
      controlStore.withWorkspace(workspaceId, async (tx) => {
        const [event] = await readPlan(tx, productId, eventName);
        return event ?? notPlanned(eventName);
      }),

    register: async (scope, eventName, { schema, ...approval }, editor) => {
      const next = parseOrRefuse(schema, '/schema');
      if (next.event_name !== eventName) {
        const message = `It says "${next.event_name}", and the address "${eventName}".`;
        throw new Problem('invalid_schema', message, { errors: [{ path: '/schema/event_name', message }] });
      }
      // Read before the transaction: people exist across workspaces, which no workspace's transaction sees.
      const members = await access.membersOf(scope.workspaceId);
      return change(scope, editor, async (editing) => {
        const present = await lockEvent(editing.tx, scope.productId, eventName);
        const reviewing = { approval, members, actor: editor.actor, nowMs: editing.nowMs };
        const made =
          present === undefined
            ? await registerFirst(editing, next)
            : await registerNext(editing, present, next, reviewing);
        const [event] = await readPlan(editing.tx, scope.productId, eventName);
        return { event: event!, change: made };
      });
    },

    changeState: (scope, eventName, state, editor) =>
      change(scope, editor, async (editing) => {
        const present = (await lockEvent(editing.tx, scope.productId, eventName)) ?? notPlanned(eventName);
        await moveTo(editing, present, currentSchema(present), state);
        const [event] = await readPlan(editing.tx, scope.productId, eventName);
        return event!;
      }),

    discardDraft: (scope, eventName, editor) =>
      change(scope, editor, async (editing) => {
        const { row } = (await lockEvent(editing.tx, scope.productId, eventName)) ?? notPlanned(eventName);
        if (row.state !== 'draft') {
          const detail = `"${eventName}" is ${row.state}: what was in force stays on record. Block it instead.`;
          throw new Problem('conflict', detail);
        }
        await deleteDraft(editing.tx, row);
        await audit(editing, 'event_schema.draft_discarded', eventName, { version: row.currentVersion });
      }),
  };
}

type Editing = {
  readonly tx: ControlTransaction;
  readonly scope: ProductScope;
  readonly editor: Editor;
  readonly nowMs: number;
};

const NOTHING_CHANGED: Comparison = { kind: 'none', changes: [] };

async function registerFirst(editing: Editing, next: EventSchema): Promise<Comparison> {
  const { tx, scope, editor, nowMs } = editing;
  if (next.state !== 'draft') refuseUnlessMayEnforce(editor);
  const first = {
    document: next,
    isBreaking: false,
    migrationNote: null,
    reviewerId: null,
    previousAcceptedUntil: null,
    actor: editor.actor,
    nowMs,
  };
  if (!(await insertEvent(tx, scope, first))) {
    throw new Problem('conflict', `Somebody planned "${next.event_name}" at the same moment. Load it and look.`);
  }
  await audit(editing, 'event_schema.created', next.event_name, { version: next.version, state: next.state });
  return NOTHING_CHANGED;
}

async function registerNext(
  editing: Editing,
  present: PlannedEvent,
  next: EventSchema,
  reviewing: Reviewing,
): Promise<Comparison> {
  const { tx, editor, nowMs } = editing;
  const current = currentSchema(present);
  checkTransition(next.event_name, current.state, next.state);
  // First, since what the other editor changed would otherwise be called this one's breaking change.
  if (compareVersions(current, next).kind !== 'none') checkVersion(current, next);
  const { change, ...approved } = approve(current, next, reviewing);
  if (change.kind !== 'none') {
    if (current.state !== 'draft') refuseUnlessMayEnforce(editor);
    await insertVersion(tx, present.row, { document: next, ...approved, actor: editor.actor, nowMs });
    await audit(editing, 'event_schema.versioned', next.event_name, {
      before: { version: current.version },
      after: { version: next.version },
      change: change.kind,
      places: change.changes.map(({ path }) => path).slice(0, 50),
      ...(approved.isBreaking && {
        reviewer_id: approved.reviewerId,
        previous_accepted_until: approved.previousAcceptedUntil?.toISOString(),
      }),
    });
  }
  await moveTo(editing, present, next, next.state);
  return change;
}

/** Of two people who edit version 3, one makes version 4 and the other learns it. */
function checkVersion(current: EventSchema, next: EventSchema): void {
  if (next.version === current.version + 1) return;
  const message = `Version ${current.version} of "${current.event_name}" is the newest here, and this changes it: give it version ${current.version + 1}. If it says so already, somebody else was faster; load theirs first.`;
  throw new Problem('conflict', message, { errors: [{ path: '/schema/version', message }] });
}

async function moveTo(editing: Editing, { row }: PlannedEvent, schema: EventSchema, state: SchemaState): Promise<void> {
  if (row.state === state) return;
  checkTransition(schema.event_name, row.state, state);
  refuseUnlessMayEnforce(editing.editor);
  checkFitFor(schema, state);
  await updateState(editing.tx, row, state, editing.nowMs);
  await audit(editing, 'event_schema.state_changed', schema.event_name, {
    before: { state: row.state },
    after: { state },
  });
}

/** A draft changes nothing for those who send; everything else does. */
function refuseUnlessMayEnforce({ mayEnforce }: Editor): void {
  if (mayEnforce) return;
  throw new Problem(
    'forbidden',
    'Drafts are for analysts too; what is in force is changed by admins and owners, or a key with the scope "admin".',
  );
}

async function audit(
  { tx, scope, editor, nowMs }: Editing,
  action: string,
  eventName: string,
  details: Readonly<Record<string, unknown>>,
): Promise<void> {
  const { workspaceId, productId } = scope;
  const subject = { kind: 'event_schema', id: `${productId}/${eventName}` };
  await recordAudit(tx, { workspaceId, actor: editor.actor, action, subject, details }, nowMs);
}

function notPlanned(eventName: string): never {
  throw new Problem('not_found', `The tracking plan has no event "${eventName}".`);
}
