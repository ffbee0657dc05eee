/** Messages in the page: a failure a stranger can read, and an empty state that says what to do next. */
import { CircleAlert, type LucideIcon, RotateCw } from 'lucide-react';
import type { ReactNode } from 'react';
import { ApiProblem } from '../api/client.ts';
import { Button } from './button.tsx';
import { classNames } from './class-names.ts';

type ProblemNoticeProps = { error: unknown; onRetry?: (() => void) | undefined; className?: string };

export function ProblemNotice({ error, onRetry, className }: ProblemNoticeProps) {
  const { title, detail, errors, code, requestId } = describeProblem(error);
  return (
    <div role="alert" className={classNames('flex gap-3 rounded-lg bg-bad-soft p-3 text-sm text-ink', className)}>
      <CircleAlert className="mt-0.5 size-4 shrink-0 text-bad" aria-hidden="true" />
      <div className="min-w-0 flex-1">
        <p className="font-medium">{title}</p>
        {detail && <p className="mt-0.5 text-muted">{detail}</p>}
        {errors.length > 0 && (
          <ul className="mt-1.5 space-y-0.5 text-muted">
            {errors.map(({ path, message }) => (
              <li key={`${path} ${message}`}>
                <code className="font-mono text-xs">{path}</code> {message}
              </li>
            ))}
          </ul>
        )}
        <p className="mt-1 font-mono text-2xs text-muted">
          {code}
          {requestId && ` · request ${requestId}`}
        </p>
      </div>
      {onRetry && (
        <Button size="small" onClick={onRetry}>
          <RotateCw className="size-3.5" aria-hidden="true" /> Try again
        </Button>
      )}
    </div>
  );
}

export function describeProblem(
  error: unknown,
): Pick<ApiProblem, 'title' | 'detail' | 'errors' | 'code' | 'requestId'> {
  if (error instanceof ApiProblem) return error;
  return {
    title: 'The console failed',
    detail: error instanceof Error ? error.message : 'The reason is unknown. Reload the page to start over.',
    errors: [],
    code: 'console_error',
    requestId: undefined,
  };
}

type EmptyStateProps = {
  icon: LucideIcon;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
  className?: string;
};

export function EmptyState({ icon: Icon, title, children, action, className }: EmptyStateProps) {
  return (
    <div className={classNames('flex flex-col items-center justify-center px-6 py-10 text-center', className)}>
      <span className="mb-3 grid size-10 place-items-center rounded-full bg-accent-soft text-accent">
        <Icon className="size-5" aria-hidden="true" />
      </span>
      <p className="font-medium text-ink">{title}</p>
      {children && <div className="mt-1 max-w-md text-muted">{children}</div>}
      {action && <div className="mt-4 flex flex-wrap justify-center gap-2">{action}</div>}
    </div>
  );
}
