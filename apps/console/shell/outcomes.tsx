/** What stands in a screen's place while it loads, when it failed, and when there is none at the address. */
import { type ErrorComponentProps, Link, useRouter } from '@tanstack/react-router';
import { Compass } from 'lucide-react';
import { buttonClasses } from '../ui/button.tsx';
import { Mark } from '../ui/mark.tsx';
import { EmptyState, ProblemNotice } from '../ui/notice.tsx';

export function PendingScreen() {
  return (
    <div role="status" className="grid min-h-[60vh] place-items-center">
      <span className="animate-pulse">
        <Mark size={36} />
      </span>
      <span className="sr-only">Loading</span>
    </div>
  );
}

export function FailedScreen({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const retry = () => {
    reset();
    void router.invalidate();
  };
  return (
    <div className="mx-auto w-full max-w-xl px-4 py-16">
      <ProblemNotice error={error} onRetry={retry} />
      <Link to="/" className={`${buttonClasses('quiet')} mt-4`}>
        Go to the start page
      </Link>
    </div>
  );
}

export function MissingScreen() {
  return (
    <EmptyState
      icon={Compass}
      title="There is nothing at this address"
      className="min-h-[60vh]"
      action={
        <Link to="/" className={buttonClasses('primary')}>
          Go to the start page
        </Link>
      }
    >
      The link may be incomplete, or the page has moved.
    </EmptyState>
  );
}
