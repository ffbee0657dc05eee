/** Where values come from by themselves, and the runs that fetch them. */
import type { Graph } from './refs.ts';

export function addSourceTypes({ refs, enums }: Graph): void {
  refs.TelemetrySource.implement({
    description: 'Where values come from by themselves. Credentials are kept sealed and never shown.',
    fields: (t) => ({
      id: t.exposeID('id'),
      kind: t.expose('kind', { type: enums.SourceKind }),
      name: t.exposeString('name'),
      config: t.expose('config', { type: 'JSON' }),
      hasCredentials: t.exposeBoolean('hasCredentials'),
      attributeId: t.exposeID('attributeId', {
        nullable: true,
        description: 'Of a binding: the attribute it gives the value of.',
      }),
      schedule: t.exposeString('schedule', { nullable: true }),
      isEnabled: t.exposeBoolean('isEnabled'),
      nextRunAt: t.expose('nextRunAt', { type: 'DateTime', nullable: true }),
      lastRun: t.expose('lastRun', { type: refs.SourceRun, nullable: true }),
      webhookUrl: t.exposeString('webhookUrl', { nullable: true }),
      previousSecretExpiresAt: t.expose('previousSecretExpiresAt', {
        type: 'DateTime',
        nullable: true,
        description: 'Of a webhook: until then the secret before the present one holds too.',
      }),
    }),
  });
  refs.SourceRun.implement({
    description: 'One attempt to fetch values, with its retries.',
    fields: (t) => ({
      id: t.exposeID('id'),
      sourceId: t.exposeID('sourceId', { nullable: true }),
      sourceName: t.exposeString('sourceName'),
      state: t.expose('state', { type: enums.RunState }),
      startedAt: t.expose('startedAt', { type: 'DateTime', nullable: true }),
      finishedAt: t.expose('finishedAt', { type: 'DateTime', nullable: true }),
      attempts: t.exposeInt('attempts'),
      batchId: t.exposeID('batchId', { nullable: true }),
      valuesStored: t.exposeInt('valuesStored'),
      valuesRefused: t.exposeInt('valuesRefused'),
      reason: t.exposeString('reason', { nullable: true }),
    }),
  });
  refs.SourceSaved.implement({
    fields: (t) => ({
      source: t.expose('source', { type: refs.TelemetrySource }),
      secret: t.exposeString('secret', { nullable: true }),
    }),
  });
  refs.SourceTest.implement({
    description: 'What a run would have brought.',
    fields: (t) => ({
      ok: t.exposeBoolean('ok'),
      message: t.exposeString('message'),
      tookMs: t.exposeInt('tookMs'),
      sample: t.expose('sample', { type: 'JSON', nullable: true }),
      rows: t.expose('rows', { type: [refs.MappedRow] }),
    }),
  });
  refs.NoticeSigning.implement({
    description: 'What signs the messages about the plans of a workspace (Standard Webhooks).',
    fields: (t) => ({
      since: t.expose('since', { type: 'DateTime' }),
      previousSecretExpiresAt: t.expose('previousSecretExpiresAt', {
        type: 'DateTime',
        nullable: true,
        description: 'Until then messages are signed with the secret before the present one too.',
      }),
    }),
  });
  refs.NoticeSecretRotated.implement({
    fields: (t) => ({
      secret: t.exposeString('secret'),
      signing: t.expose('signing', { type: refs.NoticeSigning }),
    }),
  });
  refs.MappedRow.implement({
    fields: (t) => ({
      row: t.exposeInt('row'),
      task: t.exposeString('task', { nullable: true }),
      attribute: t.exposeString('attribute', { nullable: true }),
      attributeId: t.exposeID('attributeId', { nullable: true }),
      raw: t.expose('raw', { type: 'JSON', nullable: true }),
      value: t.expose('value', { type: 'JSON', nullable: true }),
      day: t.expose('day', { type: 'Date', nullable: true }),
      problem: t.exposeString('problem', { nullable: true }),
    }),
  });
}
