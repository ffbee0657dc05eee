/** REST for approvals: ask, decide, take back, and how strict the workspace is about them. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Problem } from '@uptake/domain/contract';
import { type Static, Type } from 'typebox';
import type { AccessReadModel, AskingRequest, MemberPrincipal } from '../../access/read-model.ts';
import { idsOf, PersonBody, subjectOf, type WhoDependencies } from '../people/who.ts';
import type { ApprovalRow, ApprovalSubject, Approvals } from './service.ts';

const closed = { additionalProperties: false } as const;
const Id = Type.String({ format: 'uuid' });
const Instant = Type.String({ format: 'date-time' });
const orNull = <Schema extends Parameters<typeof Type.Union>[0][number]>(schema: Schema) =>
  Type.Union([schema, Type.Null()]);

const Approval = Type.Object({
  id: Id,
  state: Type.Enum(['requested', 'approved', 'denied', 'revoked', 'expired', 'lapsed']),
  requested_by: Id,
  requested_at: Instant,
  reason: Type.String(),
  subject: Type.Object({
    kind: Type.Enum(['person', 'tenant', 'environment']),
    ids: Type.Array(Type.String(), { description: 'Pseudonyms of a person, or the id of a tenant.' }),
  }),
  environment_id: orNull(Id),
  minutes: Type.Integer(),
  decided_by: orNull(Id),
  decided_at: orNull(Instant),
  decision_note: orNull(Type.String()),
  expires_at: orNull(Instant),
  uses: Type.Integer(),
  last_used_at: orNull(Instant),
});
const NewApproval = Type.Object(
  {
    reason: Type.String({ minLength: 10, maxLength: 1_000, pattern: '\\S', description: 'What it is needed for.' }),
    kind: Type.Enum(['person', 'tenant', 'environment']),
    ...PersonBody,
    tenant_id: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
    environment_id: Type.Optional(Id),
    minutes: Type.Integer({ minimum: 1, maximum: 10_080, description: 'How long, from the moment it is given.' }),
  },
  closed,
);
const Settings = Type.Object({
  is_sole_admin_allowed: Type.Boolean({ description: 'Where there is only one admin, that one may decide alone.' }),
  longest_minutes: Type.Integer({ minimum: 1, maximum: 10_080 }),
});
const Decision = Type.Object({ note: Type.Optional(Type.String({ maxLength: 1_000 })) }, closed);
const IdParams = Type.Object({ id: Id });
const tags = ['approvals'];
const path = '/api/v1/approvals';

export type ApprovalRoutesDependencies = WhoDependencies & {
  readonly access: Pick<AccessReadModel, 'authenticateRequest' | 'environmentsOf'>;
  readonly approvals: Approvals;
  /** Reasons are free text: what is personal in them is taken out. */
  readonly scrub: (text: string) => string;
};

export function approvalRoutes(dependencies: ApprovalRoutesDependencies): FastifyPluginAsyncTypebox {
  const { access, approvals, scrub } = dependencies;
  /** Approvals are between people: a key neither asks nor decides. */
  const person = async (request: AskingRequest, scope: 'write' | 'admin'): Promise<MemberPrincipal> => {
    const principal = await access.authenticateRequest(request, { allow: ['member'], scope });
    if (principal.kind !== 'member') throw new TypeError('only members were allowed');
    return principal;
  };
  const toWire = (row: ApprovalRow): Static<typeof Approval> => ({
    id: row.id,
    state: approvals.stateOf(row),
    requested_by: row.requestedBy,
    requested_at: row.requestedAt.toISOString(),
    reason: row.reason,
    subject: { kind: row.subjectKind, ids: row.subjectIds },
    environment_id: row.environmentId,
    minutes: row.minutes,
    decided_by: row.decidedBy,
    decided_at: row.decidedAt?.toISOString() ?? null,
    decision_note: row.decisionNote,
    expires_at: row.expiresAt?.toISOString() ?? null,
    uses: row.uses,
    last_used_at: row.lastUsedAt?.toISOString() ?? null,
  });

  async function readSubject(workspaceId: string, body: Static<typeof NewApproval>): Promise<ApprovalSubject> {
    const { kind } = body;
    if (kind === 'environment') return { kind };
    return { kind, ids: idsOf(await subjectOf(workspaceId, { ...body, kind }, dependencies)) };
  }

  return async (app) => {
    app.addHook('onRequest', async (_, reply) => {
      reply.header('cache-control', 'no-store');
    });

    app.get(
      path,
      {
        schema: {
          tags,
          summary: 'Requests and approvals, newest first; others’ are shown to admins',
          response: { 200: Type.Object({ approvals: Type.Array(Approval) }) },
        },
      },
      async (request) => {
        const principal = await person(request, 'write');
        const mayAll = principal.role === 'owner' || principal.role === 'admin';
        const rows = await approvals.list(principal.workspaceId);
        return { approvals: rows.filter((row) => mayAll || row.requestedBy === principal.userId).map(toWire) };
      },
    );

    app.post(
      path,
      {
        schema: {
          tags,
          summary: 'Ask to see single people for a while',
          body: NewApproval,
          response: { 201: Approval },
        },
      },
      async (request, reply) => {
        const principal = await person(request, 'write');
        const { reason, minutes, environment_id } = request.body;
        const environmentId = environment_id?.toLowerCase();
        if (environmentId !== undefined) await refuseForeign(principal.workspaceId, environmentId);
        const subject = await readSubject(principal.workspaceId, request.body);
        const row = await approvals.request(principal, { reason: scrub(reason), subject, environmentId, minutes });
        return reply.status(201).send(toWire(row));
      },
    );

    for (const [verb, isApproved] of [
      ['approve', true],
      ['deny', false],
    ] as const) {
      app.post(
        `${path}/:id/${verb}`,
        {
          schema: {
            tags,
            summary: isApproved ? 'Give the approval; another admin than who asked' : 'Refuse it',
            params: IdParams,
            body: Decision,
            response: { 200: Approval },
          },
        },
        async (request) => {
          const principal = await person(request, 'admin');
          const note = request.body.note === undefined ? undefined : scrub(request.body.note);
          return toWire(await approvals.decide(principal, request.params.id, { isApproved, note }));
        },
      );
    }

    app.post(
      `${path}/:id/revoke`,
      {
        schema: { tags, summary: 'Take a request or an approval back', params: IdParams, response: { 200: Approval } },
      },
      async (request) => toWire(await approvals.revoke(await person(request, 'write'), request.params.id)),
    );

    app.get(
      `${path}/settings`,
      { schema: { tags, summary: 'How strict the workspace is about approvals', response: { 200: Settings } } },
      async (request) => settingsToWire(await approvals.settings((await person(request, 'write')).workspaceId)),
    );

    app.patch(
      `${path}/settings`,
      {
        schema: {
          tags,
          summary: 'Change how strict it is; audited with what it was before',
          body: Type.Partial(Settings, closed),
          response: { 200: Settings },
        },
      },
      async (request) => {
        const { is_sole_admin_allowed: isSoleAdminAllowed, longest_minutes: longestMinutes } = request.body;
        const change = {
          ...(isSoleAdminAllowed !== undefined && { isSoleAdminAllowed }),
          ...(longestMinutes !== undefined && { longestMinutes }),
        };
        return settingsToWire(await approvals.changeSettings(await person(request, 'admin'), change));
      },
    );
  };

  async function refuseForeign(workspaceId: string, environmentId: string): Promise<void> {
    const environments = await access.environmentsOf(workspaceId);
    if (environments.some(({ id }) => id === environmentId)) return;
    throw new Problem('not_found', 'The workspace has no environment with this id.');
  }
}

function settingsToWire(settings: { isSoleAdminAllowed: boolean; longestMinutes: number }): Static<typeof Settings> {
  return { is_sole_admin_allowed: settings.isSoleAdminAllowed, longest_minutes: settings.longestMinutes };
}
