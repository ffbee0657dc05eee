/** Governance → Approvals: who may see single people, whom, and until when. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Plus, UserRoundSearch } from 'lucide-react';
import { useState } from 'react';
import { formatCount } from '../format/numbers.ts';
import { formatInstant } from '../format/time.ts';
import { type Member, membersQuery } from '../settings/members.ts';
import { canManage, usePlace } from '../shell/place.ts';
import { Button, buttonClasses } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Badge } from '../ui/figures.tsx';
import { EmptyState, ProblemNotice } from '../ui/notice.tsx';
import { type Approval, approvalSettingsQuery, approvalsQuery, changeApprovalSettings, decideApproval } from './api.ts';
import { GovernanceFrame } from './governance-frame.tsx';
import { RequestApprovalDialog } from './request-approval-dialog.tsx';
import { minutesInWords, STATE_TONES, subjectInWords } from './words.ts';

export function ApprovalsScreen() {
  const { workspace, summary } = usePlace();
  const approvals = useQuery(approvalsQuery(workspace.id));
  const members = useQuery(membersQuery(workspace.id));
  const [isAsking, setAsking] = useState(false);
  const mayAsk = summary.role !== 'viewer';
  const all = approvals.data?.approvals ?? [];
  const waiting = all.filter(({ state }) => state === 'requested');
  const others = all.filter(({ state }) => state !== 'requested');
  const ask = (
    <Button weight="primary" onClick={() => setAsking(true)}>
      <Plus className="size-4" aria-hidden="true" /> Ask for approval
    </Button>
  );
  return (
    <GovernanceFrame
      title="Approvals"
      lead="Single people are shown for a reason, for a while, with a second person’s consent. Every look is written down."
      aside={mayAsk && ask}
    >
      {approvals.isError && <ProblemNotice error={approvals.error} onRetry={() => void approvals.refetch()} />}
      {approvals.data === undefined && !approvals.isError && (
        <div role="status" aria-label="Loading approvals" className="skeleton h-40 rounded-xl" />
      )}
      {approvals.data && all.length === 0 && (
        <Card className="mb-4">
          <EmptyState icon={UserRoundSearch} title="Nobody has asked to see single people" action={mayAsk && ask}>
            Counts and trends need no approval. Ask for one to follow what a single user did, for a support ticket say.
          </EmptyState>
        </Card>
      )}
      <div className="space-y-4">
        {waiting.length > 0 && (
          <ApprovalList title="Waiting for a decision" rows={waiting} members={members.data?.members} />
        )}
        {others.length > 0 && <ApprovalList title="Decided" rows={others} members={members.data?.members} />}
        {canManage(summary) && <SettingsCard />}
      </div>
      {isAsking && <RequestApprovalDialog onClose={() => setAsking(false)} />}
    </GovernanceFrame>
  );
}

type ListProps = { title: string; rows: readonly Approval[]; members: readonly Member[] | undefined };

function ApprovalList({ title, rows, members }: ListProps) {
  const nameOf = (id: string | null) => {
    const member = members?.find((each) => each.id === id);
    return member?.name || member?.email || 'a former member';
  };
  return (
    <Card title={title} bodyClassName="p-0 pt-2">
      <ul aria-label={title} className="divide-y divide-line border-t border-line">
        {rows.map((row) => (
          <ApprovalRow key={row.id} row={row} nameOf={nameOf} />
        ))}
      </ul>
    </Card>
  );
}

function ApprovalRow({ row, nameOf }: { row: Approval; nameOf: (id: string | null) => string }) {
  const { workspace, summary, me } = usePlace();
  const queryClient = useQueryClient();
  const decision = useMutation({
    mutationFn: (verb: 'approve' | 'deny' | 'revoke') => decideApproval(workspace.id, row.id, verb),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: approvalsQuery(workspace.id).queryKey }),
  });
  const settings = useQuery({ ...approvalSettingsQuery(workspace.id), enabled: canManage(summary) });
  const isOwn = row.requested_by === me.user.id;
  const mayApprove = !isOwn || settings.data?.is_sole_admin_allowed === true;
  const [pseudonym] = row.subject.ids;
  const mayRevoke = (isOwn || canManage(summary)) && (row.state === 'approved' || (row.state === 'requested' && isOwn));
  return (
    <li className="px-4 py-3">
      <div className="flex flex-wrap items-start gap-x-4 gap-y-2">
        <div className="min-w-0 flex-1 basis-64">
          <p className="font-medium text-ink">
            {nameOf(row.requested_by)} <span className="text-muted">for</span> {subjectInWords(row, workspace)}{' '}
            <Badge tone={STATE_TONES[row.state]}>{row.state}</Badge>
          </p>
          <p className="mt-0.5 break-words text-ink">{row.reason}</p>
          <p className="mt-1 text-xs text-muted">
            asked {formatInstant(row.requested_at)} · {minutesInWords(row.minutes)}
            {row.decided_by && ` · decided by ${nameOf(row.decided_by)}`}
            {row.expires_at && ` · until ${formatInstant(row.expires_at)}`}
            {row.uses > 0 && ` · used ${formatCount(row.uses, 'time')}, last ${formatInstant(row.last_used_at!)}`}
          </p>
          {row.decision_note && <p className="mt-1 text-xs text-muted">“{row.decision_note}”</p>}
        </div>
        <div className="flex flex-wrap gap-2">
          {row.state === 'requested' && canManage(summary) && (
            <>
              {!isOwn && (
                <Button weight="plain" isPending={decision.isPending} onClick={() => decision.mutate('deny')}>
                  Deny
                </Button>
              )}
              {mayApprove && (
                <Button weight="primary" isPending={decision.isPending} onClick={() => decision.mutate('approve')}>
                  Approve
                </Button>
              )}
            </>
          )}
          {row.state === 'approved' && isOwn && row.subject.kind === 'person' && pseudonym !== undefined && (
            <Link
              to="/w/$workspace/governance/people/$approval"
              params={{ workspace: workspace.slug, approval: row.id }}
              className={buttonClasses('primary')}
            >
              See events
            </Link>
          )}
          {mayRevoke && (
            <Button weight="quiet" isPending={decision.isPending} onClick={() => decision.mutate('revoke')}>
              Take back
            </Button>
          )}
        </div>
      </div>
      {decision.isError && <ProblemNotice error={decision.error} className="mt-2" />}
    </li>
  );
}

function SettingsCard() {
  const { workspace } = usePlace();
  const queryClient = useQueryClient();
  const settings = useQuery(approvalSettingsQuery(workspace.id));
  const change = useMutation({
    mutationFn: (isAllowed: boolean) => changeApprovalSettings(workspace.id, { is_sole_admin_allowed: isAllowed }),
    onSuccess: (answer) => queryClient.setQueryData(approvalSettingsQuery(workspace.id).queryKey, answer),
  });
  if (settings.data === undefined) return null;
  return (
    <Card title="Who decides">
      <label className="flex items-start gap-3">
        <input
          type="checkbox"
          className="mt-0.5 size-4 accent-[var(--color-accent)]"
          checked={settings.data.is_sole_admin_allowed}
          disabled={change.isPending}
          onChange={(event) => change.mutate(event.target.checked)}
        />
        <span>
          <span className="block font-medium text-ink">Where there is only one admin, that one may decide alone</span>
          <span className="block text-muted">
            Otherwise an approval needs a second person. Decisions about one’s own request are marked in the audit log.
            Approvals last at most {minutesInWords(settings.data.longest_minutes)}.
          </span>
        </span>
      </label>
      {change.isError && <ProblemNotice error={change.error} className="mt-3" />}
    </Card>
  );
}
