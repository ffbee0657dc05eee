/** A review pack as a document: what a customer success manager puts on the table. */
import type { Cell, Column, ReportDocument, Section, Table } from '@uptake/domain/reports';
import type { Compared, ReviewPackContents, Used } from './contents.ts';

const DAY_MS = 86_400_000;

export function reviewPackDocument(title: string, contents: ReviewPackContents): ReportDocument {
  const { period, environment, counted_up_to, is_sampled } = contents;
  const lastDay = day(new Date(Date.parse(period.to) - 1).toISOString());
  const days = Math.round((Date.parse(period.to) - Date.parse(period.from)) / DAY_MS);
  return {
    title,
    subtitle: `${contents.tenant_id}, ${day(period.from)} to ${lastDay}`,
    facts: [
      ['Customer', contents.tenant_id],
      ['Period', `${day(period.from)} to ${lastDay} (${days} days, UTC)`],
      [
        'Compared with',
        contents.totals.events.previous === null ? 'nothing: older events are deleted' : `the ${days} days before`,
      ],
      ['Environments', environment ?? 'all'],
      ['Counted up to', `${counted_up_to.slice(0, 19).replace('T', ' ')} UTC`],
      ['Counting', is_sampled ? 'estimated from sampled events' : 'exact'],
      ...(contents.explanation ? [['People', contents.explanation] as const] : []),
    ],
    sections: [
      summarySection(contents),
      timelineSection(contents),
      usedSection('Features', 'feature area', contents.features),
      usedSection('Workflows', 'workflow', contents.workflows),
      usedSection('Events', 'event', contents.events),
      errorsSection(contents),
    ],
  };
}

function summarySection({ totals, events }: ReviewPackContents): Section {
  const tile = (label: string, { value, previous }: Compared, kind: 'count' | 'share' = 'count') => ({
    label,
    value,
    previous,
    kind,
  });
  return {
    heading: 'Summary',
    ...(events.length === 0
      ? { note: 'Nothing was recorded for this customer in this period or the one before.' }
      : {}),
    tiles: [
      tile('Active users', totals.active_users),
      tile('Sessions', totals.sessions),
      tile('Active days', totals.active_days),
      tile('Events', totals.events),
      tile('Errors', totals.errors),
      tile('Share of errors', totals.error_share, 'share'),
    ],
  };
}

function timelineSection({ timeline }: ReviewPackContents): Section {
  const { bucket_days, starts, active_users, previous_active_users } = timeline;
  const previous =
    previous_active_users === null
      ? []
      : [{ label: 'Period before', values: previous_active_users, isComparison: true }];
  return {
    heading: bucket_days === 1 ? 'Active users by day' : 'Active users by week',
    note: 'People who did anything at all.',
    chart: {
      labels: starts.map((start) => start.slice(0, 10)),
      series: [{ label: 'This period', values: active_users }, ...previous],
      kind: 'count',
    },
  };
}

function usedSection(heading: string, what: string, used: readonly Used[]): Section {
  if (used.length === 0) return { heading, note: `No event of this customer names a ${what}.` };
  const columns: Column[] = [
    { label: what[0]!.toUpperCase() + what.slice(1), kind: 'text' },
    { label: 'Users', kind: 'count' },
    { label: 'Users before', kind: 'count' },
    { label: 'Events', kind: 'count' },
    { label: 'Events before', kind: 'count' },
    { label: 'Errors', kind: 'count' },
  ];
  const rows = used.map(({ name, users, events, errors }): Cell[] => [
    name,
    users.value,
    users.previous,
    events.value,
    events.previous,
    errors,
  ]);
  return { heading, note: 'By the number of people, most first, 15 at most.', table: { columns, rows } };
}

function errorsSection({ errors }: ReviewPackContents): Section {
  const heading = 'Errors';
  if (errors.length === 0) return { heading, note: 'No error was recorded for this customer in either period.' };
  const table: Table = {
    columns: [
      { label: 'Error', kind: 'text' },
      { label: 'Feature area', kind: 'text' },
      { label: 'Users', kind: 'count' },
      { label: 'Times', kind: 'count' },
      { label: 'Times before', kind: 'count' },
    ],
    rows: errors.map(({ name, feature_area, users, events }) => [
      name,
      feature_area,
      users,
      events.value,
      events.previous,
    ]),
  };
  return { heading, note: 'The most frequent first, ten at most.', table };
}

function day(iso: string): string {
  return iso.slice(0, 10);
}
