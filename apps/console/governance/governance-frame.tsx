/** The frame of the governance screens: the heading, and tabs between them. */
import { Link } from '@tanstack/react-router';
import { ShieldCheck } from 'lucide-react';
import type { ReactNode } from 'react';
import { canManage, usePlace } from '../shell/place.ts';
import { ScreenHeader } from '../ui/card.tsx';
import { EmptyState } from '../ui/notice.tsx';

const TABS = [
  { label: 'Approvals', to: '/w/$workspace/governance/approvals' },
  { label: 'Retention', to: '/w/$workspace/governance/retention' },
  { label: 'Erasure', to: '/w/$workspace/governance/erasure' },
  { label: 'Audit log', to: '/w/$workspace/governance/audit' },
] as const;

type GovernanceFrameProps = {
  title: string;
  lead: string;
  aside?: ReactNode;
  isForAdmins?: boolean;
  children: ReactNode;
};

export function GovernanceFrame({ title, lead, aside, isForAdmins = false, children }: GovernanceFrameProps) {
  const { workspace, summary } = usePlace();
  const isHidden = isForAdmins && !canManage(summary);
  return (
    <>
      <ScreenHeader title={title} aside={isHidden ? undefined : aside}>
        {lead}
      </ScreenHeader>
      <nav aria-label="Governance" className="mb-4 overflow-x-auto border-b border-line">
        <ul className="flex gap-1">
          {TABS.map(({ label, to }) => (
            <li key={to}>
              <Link
                to={to}
                params={{ workspace: workspace.slug }}
                className="-mb-px block border-b-2 px-3 py-2 font-medium whitespace-nowrap focus-visible:outline-offset-[-3px]"
                inactiveProps={{ className: 'border-transparent text-muted hover:text-ink' }}
                activeProps={{ className: 'border-accent text-ink' }}
              >
                {label}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      {isHidden ? (
        <EmptyState icon={ShieldCheck} title="For owners and admins">
          Ask an admin of this workspace, or have your role changed under Settings → Members.
        </EmptyState>
      ) : (
        children
      )}
    </>
  );
}
