/** A numbered step on the way to the first event. */
import { Check } from 'lucide-react';
import type { ReactNode } from 'react';
import { classNames } from '../ui/class-names.ts';

type StepProps = { number: number; title: string; isDone: boolean; children: ReactNode };

export function Step({ number, title, isDone, children }: StepProps) {
  return (
    <li className="min-w-0 rounded-xl bg-surface p-4 shadow-card ring-1 ring-line sm:p-5">
      <h2 className="mb-3 flex items-center gap-2.5 font-semibold text-ink">
        <span
          className={classNames(
            'grid size-6 shrink-0 place-items-center rounded-full text-xs font-semibold',
            isDone ? 'bg-good-soft text-good' : 'bg-accent-soft text-accent',
          )}
        >
          {isDone ? <Check className="size-3.5" aria-label="done" /> : number}
        </span>
        {title}
      </h2>
      {children}
    </li>
  );
}
