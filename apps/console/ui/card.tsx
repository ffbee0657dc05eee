/** A surface with an optional heading line, and the heading of a screen. */
import { type ReactNode, useEffect } from 'react';
import { classNames } from './class-names.ts';

type CardProps = { title?: string; aside?: ReactNode; children: ReactNode; className?: string; bodyClassName?: string };

export function Card({ title, aside, children, className, bodyClassName }: CardProps) {
  return (
    <section
      aria-label={title}
      className={classNames('min-w-0 rounded-xl bg-surface shadow-card ring-1 ring-line', className)}
    >
      {title && (
        <header className="flex min-h-11 flex-wrap items-center justify-between gap-x-3 gap-y-1 px-4 pt-3">
          <h2 className="text-sm font-semibold text-ink">{title}</h2>
          {aside}
        </header>
      )}
      <div className={classNames('px-4 pt-2 pb-4', bodyClassName)}>{children}</div>
    </section>
  );
}

export function ScreenHeader({ title, children, aside }: { title: string; children?: ReactNode; aside?: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · Uptake`;
  }, [title]);
  return (
    <header className="mb-4 flex items-end justify-between gap-4">
      <div className="min-w-0 flex-1">
        <h1 className="text-xl font-semibold text-ink">{title}</h1>
        {children && <div className="mt-0.5 text-muted">{children}</div>}
      </div>
      {aside && <div className="flex shrink-0 items-center gap-2">{aside}</div>}
    </header>
  );
}
