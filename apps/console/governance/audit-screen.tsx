/** Governance → Audit log: who did what, whether it is as it was written, and a copy to take away. */
import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { ScrollText, ShieldAlert, ShieldCheck } from 'lucide-react';
import { useState } from 'react';
import { formatCount } from '../format/numbers.ts';
import { formatInstant } from '../format/time.ts';
import { type Member, membersQuery } from '../settings/members.ts';
import { canManage, usePlace } from '../shell/place.ts';
import { Button, buttonClasses } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { EmptyState, ProblemNotice } from '../ui/notice.tsx';
import { type AuditEntry, type AuditFilter, auditQuery, verifyAudit } from './api.ts';
import { GovernanceFrame } from './governance-frame.tsx';
import { auditedInWords, detailsInWords } from './words.ts';

const KINDS = [
  ['', 'Everything'],
  ['approval*', 'Approvals and their use'],
  ['people.*', 'Single people seen by keys'],
  ['erasure.*', 'Erasures'],
  ['subject.*', 'Handing out'],
  ['events.*', 'Exports of events'],
  ['retention.*', 'Retention'],
  ['event_schema.*', 'Tracking plan'],
  ['dead_letters.*', 'Dead letters'],
  ['privacy.*', 'Privacy'],
  ['budget.*', 'Budgets'],
  ['quality_*', 'Data quality'],
  ['adoption_*', 'Adoption'],
  ['report.*', 'Reports'],
  ['review_pack.*', 'Review packs'],
  ['environment*', 'Environments'],
  ['api_key.*', 'Keys'],
  ['member.*', 'Members'],
  ['audit.*', 'The log itself'],
] as const;

export function AuditScreen() {
  const { workspace, summary } = usePlace();
  const filter = useFilter();
  const navigate = useNavigate();
  const isManager = canManage(summary);
  const entries = useInfiniteQuery({ ...auditQuery(workspace.id, filter), enabled: isManager });
  const members = useQuery(membersQuery(workspace.id));
  const rows = entries.data?.pages.flatMap((page) => page.entries);
  const choose = (change: Partial<AuditFilter>) =>
    void navigate({ to: '.', search: clean({ ...filter, ...change }) as never, replace: true });
  const copyOf = (format: 'csv' | 'ndjson') => {
    const query = new URLSearchParams({ format, workspace_id: workspace.id, ...clean(filter) });
    return `/api/v1/audit/export?${query}`;
  };
  return (
    <GovernanceFrame
      title="Audit log"
      lead="Who changed and saw what. Entries are chained: none can be changed, left out or cut off unnoticed."
      isForAdmins
      aside={
        <>
          <a href={copyOf('csv')} download className={buttonClasses('plain')}>
            CSV
          </a>
          <a href={copyOf('ndjson')} download className={buttonClasses('plain')}>
            NDJSON
          </a>
        </>
      }
    >
      <div className="space-y-4">
        <VerifyCard />
        <Card bodyClassName="p-0">
          <div className="flex flex-wrap gap-3 border-b border-line p-4">
            <SelectField
              label="What"
              className="min-w-44 flex-1 sm:max-w-64"
              value={filter.action}
              onChange={(event) => choose({ action: event.target.value })}
            >
              {KINDS.map(([value, label]) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
            </SelectField>
            <SelectField
              label="Who"
              className="min-w-44 flex-1 sm:max-w-64"
              value={filter.actor}
              onChange={(event) => choose({ actor: event.target.value })}
            >
              <option value="">Anybody</option>
              {members.data?.members.map((member) => (
                <option key={member.id} value={member.id}>
                  {member.name || member.email}
                </option>
              ))}
            </SelectField>
          </div>
          {entries.isError && <ProblemNotice error={entries.error} className="m-4" />}
          {entries.isPending && (
            <div role="status" aria-label="Loading entries" className="skeleton m-4 h-40 rounded-lg" />
          )}
          {rows?.length === 0 && (
            <EmptyState icon={ScrollText} title="Nothing fits this choice">
              Choose “Everything” and “Anybody” to see all entries.
            </EmptyState>
          )}
          <ol aria-label="Entries" className="divide-y divide-line">
            {rows?.map((entry) => (
              <EntryRow key={entry.id} entry={entry} members={members.data?.members} />
            ))}
          </ol>
          {entries.hasNextPage && (
            <div className="border-t border-line p-3 text-center">
              <Button isPending={entries.isFetchingNextPage} onClick={() => void entries.fetchNextPage()}>
                Show earlier entries
              </Button>
            </div>
          )}
        </Card>
      </div>
    </GovernanceFrame>
  );
}

function useFilter(): AuditFilter {
  const search = useSearch({ strict: false }) as Record<string, unknown>;
  const text = (value: unknown) => (typeof value === 'string' ? value : '');
  return { action: text(search.action), actor: text(search.actor) };
}

function clean(filter: AuditFilter): Record<string, string> {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== ''));
}

function EntryRow({ entry, members }: { entry: AuditEntry; members: readonly Member[] | undefined }) {
  const member = members?.find(({ id }) => id === entry.actor_id);
  const who =
    entry.actor_kind === 'system'
      ? 'Uptake'
      : entry.actor_kind === 'secret_key'
        ? `key ${entry.actor_id?.slice(0, 8)}`
        : member?.name || member?.email || 'a former member';
  const { workspace } = usePlace();
  const details = detailsInWords(entry.details);
  return (
    <li className="grid gap-x-4 px-4 py-2.5 sm:grid-cols-[10rem_1fr]">
      <time dateTime={entry.occurred_at} className="text-xs text-muted sm:pt-0.5">
        {formatInstant(entry.occurred_at)} <span className="text-faint">#{entry.sequence}</span>
      </time>
      <div className="min-w-0">
        <p className="text-ink">
          <span className="font-medium">{who}</span> <span className="font-mono text-xs">{entry.action}</span>{' '}
          <span className="text-xs break-all text-muted">{auditedInWords(entry, workspace)}</span>
        </p>
        {details && <p className="mt-0.5 text-xs break-words text-muted">{details}</p>}
      </div>
    </li>
  );
}

function VerifyCard() {
  const { workspace } = usePlace();
  const [anchor, setAnchor] = useState('');
  const check = useMutation({ mutationFn: () => verifyAudit(workspace.id, anchor.trim()) });
  const result = check.data;
  return (
    <Card title="Is it as it was written?">
      <form
        className="flex flex-wrap items-end gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          check.mutate();
        }}
      >
        <TextField
          label="Anchor of an earlier check"
          hint="Not needed; with one, an end that was cut off since is noticed too."
          className="min-w-56 flex-1"
          value={anchor}
          placeholder="1234:9f86d081…"
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => setAnchor(event.target.value)}
        />
        <Button type="submit" weight="primary" className="mb-[1.6rem]" isPending={check.isPending}>
          Check the chain
        </Button>
      </form>
      {check.isError && <ProblemNotice error={check.error} className="mt-3" />}
      {result?.is_intact && (
        <div role="status" className="mt-3 flex gap-3 rounded-lg bg-good-soft p-3 text-ink">
          <ShieldCheck className="mt-0.5 size-4 shrink-0 text-good" aria-hidden="true" />
          <div className="min-w-0 flex-1">
            <p className="font-medium">{formatCount(result.entries, 'entry', 'entries')}, each as it was written</p>
            <p className="text-muted">Keep this anchor somewhere else for the next check:</p>
            <p className="flex items-center gap-2">
              <code className="min-w-0 truncate font-mono text-2xs">{result.anchor}</code>
              <CopyButton text={result.anchor} label="Copy anchor" />
            </p>
          </div>
        </div>
      )}
      {result?.fault && (
        <div role="alert" className="mt-3 flex gap-3 rounded-lg bg-bad-soft p-3 text-ink">
          <ShieldAlert className="mt-0.5 size-4 shrink-0 text-bad" aria-hidden="true" />
          <div>
            <p className="font-medium">The log was worked on at entry {result.fault.sequence}</p>
            <p className="text-muted">{result.fault.detail}. Compare with an export or a backup from before.</p>
          </div>
        </div>
      )}
    </Card>
  );
}
