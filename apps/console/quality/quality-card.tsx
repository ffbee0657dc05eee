/** Data quality: refused, dropped and personal shares against what is allowed, over a period, and who misses it. */
import { useQuery } from '@tanstack/react-query';
import { TriangleAlert } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { formatNumber, formatShare } from '../format/numbers.ts';
import { formatAgo } from '../format/time.ts';
import { canManage, useEnvironment, usePlace } from '../shell/place.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { classNames } from '../ui/class-names.ts';
import { Badge } from '../ui/figures.tsx';
import { ProblemNotice } from '../ui/notice.tsx';
import { Segmented } from '../ui/segmented.tsx';
import { PERIODS, type Period, type Quality, type QualitySource, qualityQuery } from './api.ts';
import { IntervalBars, QualityDetails } from './quality-details.tsx';
import { ThresholdsDialog } from './thresholds-dialog.tsx';

const PERIOD_LABELS: Readonly<Record<Period, string>> = {
  '1h': 'An hour',
  '24h': 'A day',
  '7d': 'A week',
  '30d': '30 days',
};

type QualityCardProps = { period: Period; onPeriod: (period: Period) => void };

export function QualityCard({ period, onPeriod }: QualityCardProps) {
  const { scope } = useEnvironment();
  const { summary } = usePlace();
  const quality = useQuery(qualityQuery(scope, period));
  const [isEditing, setEditing] = useState(false);
  return (
    <Card
      title="Data quality"
      className="mb-4"
      aside={
        <span className="flex flex-wrap items-center gap-2">
          <Segmented
            label="Period"
            value={period}
            onChange={onPeriod}
            choices={PERIODS.map((value) => ({ value, label: PERIOD_LABELS[value] }))}
          />
          {canManage(summary) && quality.data && (
            <Button size="small" onClick={() => setEditing(true)}>
              Thresholds
            </Button>
          )}
        </span>
      }
    >
      {quality.isError && <ProblemNotice error={quality.error} onRetry={() => void quality.refetch()} />}
      {quality.data === undefined && !quality.isError && (
        <div role="status" aria-label="Loading data quality" className="skeleton h-20 rounded-lg" />
      )}
      {quality.data && <QualityFigures quality={quality.data} />}
      {isEditing && quality.data && (
        <ThresholdsDialog thresholds={quality.data.thresholds} onClose={() => setEditing(false)} />
      )}
    </Card>
  );
}

function QualityFigures({ quality }: { quality: Quality }) {
  const { thresholds, pii } = quality;
  const received = quality.accepted + quality.rejected + quality.dropped + quality.sampled;
  return (
    <>
      {quality.alerts.map((alert) => (
        <p
          key={`${alert.type} ${alert.message}`}
          role="alert"
          className="mb-3 flex items-center gap-2 rounded-lg bg-bad-soft px-3 py-2 text-ink"
        >
          <TriangleAlert className="size-4 shrink-0 text-bad" aria-hidden="true" />
          <span>
            {alert.message} <span className="text-xs text-muted">since {formatAgo(alert.since, Date.now())}</span>
          </span>
        </p>
      ))}
      <dl className="grid grid-cols-2 gap-4 lg:grid-cols-4">
        <Figure label="Received" value={formatNumber(received)} note={`${formatNumber(quality.duplicates)} repeats`} />
        <Figure
          label="Refused"
          value={received === 0 ? '–' : formatShare(quality.rejection_rate)}
          note={`${formatNumber(quality.rejected)} events; at most ${formatShare(thresholds.rejection_rate)}`}
          isOver={quality.rejection_rate > thresholds.rejection_rate}
        />
        <Figure
          label="Dropped"
          value={received === 0 ? '–' : formatShare(quality.drop_rate)}
          note={`${formatNumber(quality.dropped)} events; at most ${formatShare(thresholds.drop_rate)}`}
          isOver={quality.drop_rate > thresholds.drop_rate}
        />
        <Figure
          label="Personal data found later"
          value={pii.scanned_events === 0 ? '–' : formatShare(pii.rate ?? 0)}
          note={
            pii.scanned_events === 0
              ? 'no event was looked at again yet'
              : `in ${formatNumber(pii.events_with_findings)} of ${formatNumber(pii.scanned_events)} looked at again`
          }
          isOver={(pii.rate ?? 0) > thresholds.pii_rate}
        />
      </dl>
      {received > 0 && <IntervalBars intervals={quality.per_interval} />}
      {quality.by_source.length > 0 && <SourceTable sources={quality.by_source} />}
      <QualityDetails quality={quality} />
    </>
  );
}

type FigureProps = { label: string; value: ReactNode; note: string; isOver?: boolean };

function Figure({ label, value, note, isOver = false }: FigureProps) {
  return (
    <div>
      <dt className="flex items-center gap-2 text-xs text-muted">
        {label} {isOver && <Badge tone="bad">over</Badge>}
      </dt>
      <dd>
        <span className={classNames('text-xl font-semibold tabular-nums', isOver ? 'text-bad' : 'text-ink')}>
          {value}
        </span>
        <span className="block text-xs text-muted">{note}</span>
      </dd>
    </div>
  );
}

const SHOWN_SOURCES = 5;

function SourceTable({ sources }: { sources: readonly QualitySource[] }) {
  return (
    <div className="relative mt-4 overflow-x-auto">
      <table className="w-full text-left" aria-label="By source">
        <thead className="text-xs text-muted">
          <tr>
            <th className="py-1.5 pr-2 font-medium">Source</th>
            <th className="hidden px-2 py-1.5 font-medium sm:table-cell">Version</th>
            <th className="px-2 py-1.5 text-right font-medium">Accepted</th>
            <th className="px-2 py-1.5 text-right font-medium">Refused</th>
            <th className="py-1.5 pl-2 text-right font-medium">Dropped</th>
          </tr>
        </thead>
        <tbody className="divide-y divide-line border-t border-line">
          {sources.slice(0, SHOWN_SOURCES).map((each) => (
            <tr key={`${each.key_id} ${each.source} ${each.app_version}`}>
              <td className="py-1.5 pr-2 text-ink">
                {each.key_name ?? 'a removed key'} <span className="text-xs text-muted">{each.source}</span>
                <span className="block text-xs text-muted sm:hidden">version {each.app_version || 'not said'}</span>
              </td>
              <td className="hidden px-2 py-1.5 text-muted sm:table-cell">{each.app_version || 'not said'}</td>
              <td className="px-2 py-1.5 text-right text-ink tabular-nums">{formatNumber(each.accepted)}</td>
              <td className="px-2 py-1.5 text-right text-ink tabular-nums">
                {each.is_over && <Badge tone="bad">over</Badge>} {formatShare(each.rejection_rate)}
              </td>
              <td className="py-1.5 pl-2 text-right text-ink tabular-nums">{formatShare(each.drop_rate)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {sources.length > SHOWN_SOURCES && (
        <p className="pt-2 text-xs text-muted">and {formatNumber(sources.length - SHOWN_SOURCES)} more sources</p>
      )}
    </div>
  );
}
