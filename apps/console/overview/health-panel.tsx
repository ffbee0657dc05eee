/** Whether events arrive as they should: last event, rate against the usual one, errors, alerts. */
import { CircleCheck, TriangleAlert } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import type { Health } from '../api/types.ts';
import { formatNumber, formatShare } from '../format/numbers.ts';
import { formatAgo, formatInstant } from '../format/time.ts';
import { Card } from '../ui/card.tsx';
import { classNames } from '../ui/class-names.ts';
import { Badge } from '../ui/figures.tsx';
import { ProblemNotice } from '../ui/notice.tsx';

type HealthPanelProps = { health: Health | undefined; error: unknown; onRetry: () => void };

export function HealthPanel({ health, error, onRetry }: HealthPanelProps) {
  return (
    <Card title="Health" aside={health && <HealthBadge isHealthy={health.is_healthy} />}>
      {error && !health ? <ProblemNotice error={error} onRetry={onRetry} /> : <Facts health={health} />}
    </Card>
  );
}

function HealthBadge({ isHealthy }: { isHealthy: boolean }) {
  const Icon = isHealthy ? CircleCheck : TriangleAlert;
  return (
    <Badge tone={isHealthy ? 'good' : 'bad'}>
      <Icon className="size-3" aria-hidden="true" />
      {isHealthy ? 'Healthy' : 'Needs attention'}
    </Badge>
  );
}

function Facts({ health }: { health: Health | undefined }) {
  const nowMs = useNow(1_000);
  return (
    <>
      <dl className="divide-y divide-line">
        <Fact label="Last event">
          {health &&
            (health.last_event_time ? (
              <time dateTime={health.last_event_time} title={formatInstant(health.last_event_time)}>
                {formatAgo(health.last_event_time, nowMs)}
              </time>
            ) : (
              'none yet'
            ))}
        </Fact>
        <Fact label="Rate now">{health && formatRate(health.event_rate_per_minute)}</Fact>
        <Fact label="Usual rate">{health && formatRate(health.average_event_rate_per_minute)}</Fact>
        <Fact label="Error rate, last hour">{health && formatShare(health.error_rate)}</Fact>
      </dl>
      {health?.alerts.length === 0 && <p className="mt-3 text-xs text-muted">No alerts.</p>}
      <ul className="mt-3 space-y-2">
        {health?.alerts.map(({ type, message, severity }) => (
          <li
            key={`${type} ${message}`}
            className={classNames(
              'rounded-lg px-3 py-2 text-sm text-ink',
              severity === 'critical' || severity === 'high' ? 'bg-bad-soft' : 'bg-warn-soft',
            )}
          >
            {message}
          </li>
        ))}
      </ul>
    </>
  );
}

/** A rate too small to mean anything is not told to five digits. */
function formatRate(perMinute: number): string {
  return `${perMinute > 0 && perMinute < 0.01 ? 'under 0.01' : formatNumber(perMinute)} / min`;
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="flex h-10 items-center justify-between gap-3">
      <dt className="text-muted">{label}</dt>
      <dd className="truncate font-medium text-ink">{children ?? <span className="skeleton block h-4 w-20" />}</dd>
    </div>
  );
}

function useNow(everyMs: number): number {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return nowMs;
}
