/** The frame of the adoption lists: the heading, and tabs between portfolio, customers and templates. */
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { ScreenHeader } from '../ui/card.tsx';
import { useAdoption } from './use-adoption.ts';

const TABS = [
  { label: 'Portfolio', to: '/w/$workspace/adoption', isExact: true },
  { label: 'Customers', to: '/w/$workspace/adoption/customers', isExact: false },
  { label: 'Templates', to: '/w/$workspace/adoption/templates', isExact: false },
] as const;

type AdoptionFrameProps = { title: string; lead: ReactNode; aside?: ReactNode; children: ReactNode };

export function AdoptionFrame({ title, lead, aside, children }: AdoptionFrameProps) {
  const { slug } = useAdoption();
  return (
    <>
      <ScreenHeader title={title} aside={aside}>
        {lead}
      </ScreenHeader>
      <nav aria-label="Adoption" className="mb-4 overflow-x-auto border-b border-line">
        <ul className="flex gap-1">
          {TABS.map(({ label, to, isExact }) => (
            <li key={to}>
              <Link
                to={to}
                params={{ workspace: slug }}
                activeOptions={{ exact: isExact, includeSearch: false }}
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
      {children}
    </>
  );
}
