/** Stored reports: an insight with its figures as they were on the day it was kept. */
import { type Principal, Problem } from '@uptake/domain/contract';
import { initiatorOf, milestones, type RecordMilestone } from '@uptake/domain/ledger';
import type { ControlStore } from '@uptake/io/control-store';
import type { AccessReadModel, AuditActor } from '../../access/read-model.ts';
import { deleteReport, findReport, insertReport, listReports, type ReportSummary, type StoredReport } from './store.ts';
import type { AskReply, TrendReply } from './trend-reply.ts';

export type ReportsDependencies = {
  readonly controlStore: ControlStore;
  readonly ask: AskReply;
  readonly audit: AccessReadModel['audit'];
  readonly record: RecordMilestone;
  /** Takes what could be personal out of what people write. */
  readonly scrub: (text: string) => string;
  readonly nowMs: () => number;
};

export type Report = Omit<StoredReport, 'answer'> & { readonly answer: TrendReply };

export type Reports = {
  /** Asks the question now and keeps the answer. Rejects as the question itself would. */
  create(principal: Principal, report: { title: string; definition: unknown }): Promise<Report>;
  list(
    workspaceId: string,
    page: { limit: number; offset: number },
  ): Promise<{ reports: readonly ReportSummary[]; total: number }>;
  find(workspaceId: string, id: string): Promise<Report>;
  remove(principal: Principal, id: string): Promise<void>;
};

/** Far beyond any answer a person reads; what is larger is an export. */
const ANSWER_LENGTH = 4 * 1024 * 1024;

export function createReports(dependencies: ReportsDependencies): Reports {
  const { controlStore, ask, audit, record, scrub, nowMs } = dependencies;

  async function find(workspaceId: string, id: string): Promise<Report> {
    const row = await findReport(controlStore, workspaceId, id);
    if (row === undefined) throw new Problem('not_found', 'There is no such report in this workspace.');
    return withAnswer(row);
  }

  return {
    async create(principal, { title, definition }) {
      const { workspaceId } = principal;
      const answer = await ask(workspaceId, definition);
      // Values people filter by may be personal; their figures stay, the words go.
      const kept = { ...answer, definition: scrubValues(answer.definition, scrub) as TrendReply['definition'] };
      if (JSON.stringify(kept).length > ANSWER_LENGTH) {
        throw new Problem(
          'invalid_request',
          'The answer is too large to be kept: ask for a shorter period or fewer series.',
        );
      }
      const row = await insertReport(controlStore, {
        workspaceId,
        title: scrub(title),
        kind: answer.kind,
        definition: kept.definition,
        answer: kept,
        createdAt: new Date(nowMs()),
        createdBy: actorOf(principal).id,
      });
      await audit({
        workspaceId,
        actor: actorOf(principal),
        action: 'report.created',
        subject: { kind: 'report', id: row.id },
        details: { kind: row.kind },
      });
      record(initiatorOf(principal), milestones.reportCreated(answer.kind, row.id));
      return withAnswer(row);
    },
    list: (workspaceId, page) => listReports(controlStore, workspaceId, page),
    find,
    async remove(principal, id) {
      const { workspaceId } = principal;
      if (!(await deleteReport(controlStore, workspaceId, id))) {
        throw new Problem('not_found', 'There is no such report in this workspace.');
      }
      await audit({
        workspaceId,
        actor: actorOf(principal),
        action: 'report.deleted',
        subject: { kind: 'report', id },
      });
    },
  };
}

/** `insertReport` wrote what the insight's reply was; nothing changes it afterwards. */
function withAnswer(row: StoredReport): Report {
  return { ...row, answer: row.answer as TrendReply };
}

export function actorOf(principal: Principal): AuditActor & { readonly id: string } {
  if (principal.kind === 'member') return { kind: 'member', id: principal.userId };
  return { kind: 'secret_key', id: principal.keyId };
}

/** Of filters alone: names of events, fields and times are no texts of people. */
function scrubValues(definition: unknown, scrub: (text: string) => string): unknown {
  if (Array.isArray(definition)) return definition.map((item) => scrubValues(item, scrub));
  if (typeof definition !== 'object' || definition === null) return definition;
  return Object.fromEntries(
    Object.entries(definition).map(([name, value]) => {
      if (name !== 'value') return [name, scrubValues(value, scrub)];
      const scrubbed = (each: unknown) => (typeof each === 'string' ? scrub(each) : each);
      return [name, Array.isArray(value) ? value.map(scrubbed) : scrubbed(value)];
    }),
  );
}
