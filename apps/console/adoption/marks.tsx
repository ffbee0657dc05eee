/** Small marks of adoption: health, telemetry status, progress as a bar, as a ring and as a line. */
import { classNames } from '../ui/class-names.ts';
import { Badge } from '../ui/figures.tsx';
import type { Health, TelemetryStatus } from './types.ts';
import { HEALTH_WORDS, percentText, TELEMETRY_WORDS } from './words.ts';

export function HealthBadge({ health }: { health: Health }) {
  const { word, tone } = HEALTH_WORDS[health];
  return <Badge tone={tone}>{word}</Badge>;
}

/** ✓ ⊙ ✗ in green, yellow, red, with the word for those who see neither. */
export function TelemetryMark({ status }: { status: TelemetryStatus }) {
  const { mark, word, text } = TELEMETRY_WORDS[status];
  return (
    <span
      title={word}
      className={classNames('inline-block w-4 shrink-0 text-center text-base leading-5 font-semibold', text)}
    >
      <span aria-hidden="true">{mark}</span>
      <span className="sr-only">{word}</span>
    </span>
  );
}

export function MetMark({ isMet, hasValue }: { isMet: boolean; hasValue: boolean }) {
  return <TelemetryMark status={isMet ? 'MET' : hasValue ? 'NOT_MET' : 'NOT_MEASURED'} />;
}

type BarProps = { label: string; percentage: number; colour: string; note?: string };

export function ProgressBar({ label, percentage, colour, note }: BarProps) {
  return (
    <div className="grid grid-cols-[7.5rem_minmax(0,1fr)_3rem] items-center gap-3">
      <span className="text-muted">{label}</span>
      <div
        role="progressbar"
        aria-label={label}
        aria-valuenow={Math.floor(percentage)}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuetext={note ?? percentText(percentage)}
        title={note}
        className="h-2.5 overflow-hidden rounded-full bg-sunken ring-1 ring-inset ring-line"
      >
        <div className={classNames('h-full rounded-full', colour)} style={{ width: `${percentage}%` }} />
      </div>
      <span className="text-right font-medium text-ink">{percentText(percentage)}</span>
    </div>
  );
}

/** A short bar in a table, its number beside it. */
export function MiniProgress({ percentage }: { percentage: number }) {
  return (
    <span className="flex items-center gap-2">
      <span
        className="h-1.5 w-16 shrink-0 overflow-hidden rounded-full bg-sunken ring-1 ring-inset ring-line"
        aria-hidden="true"
      >
        <span className="block h-full rounded-full bg-accent" style={{ width: `${percentage}%` }} />
      </span>
      <span className="w-10 text-right text-ink">{percentText(percentage)}</span>
    </span>
  );
}

const RADIUS = 15.5;
const ROUND = 2 * Math.PI * RADIUS;

type RingProps = { percentage: number | null; status: TelemetryStatus; size?: number };

export function ProgressRing({ percentage, status, size = 40 }: RingProps) {
  const share = (percentage ?? 0) / 100;
  return (
    <svg
      viewBox="0 0 36 36"
      width={size}
      height={size}
      role="img"
      aria-label={percentage === null ? 'Not measured' : `${percentText(percentage)} of the required criteria met`}
      className="shrink-0"
    >
      <circle cx="18" cy="18" r={RADIUS} fill="none" strokeWidth="3.5" className="stroke-line" />
      <circle
        cx="18"
        cy="18"
        r={RADIUS}
        fill="none"
        strokeWidth="3.5"
        strokeLinecap="round"
        stroke="currentColor"
        className={TELEMETRY_WORDS[status].text}
        strokeDasharray={`${share * ROUND} ${ROUND}`}
        strokeOpacity={share === 0 ? 0 : 1}
        transform="rotate(-90 18 18)"
      />
      <text x="18" y="18" dominantBaseline="central" textAnchor="middle" className="fill-ink text-[9px] font-semibold">
        {percentage === null ? '–' : Math.floor(percentage)}
      </text>
    </svg>
  );
}

/** The last weeks of a plan in a table; the number beside it says where it stands. */
export function Sparkline({ points }: { points: readonly number[] }) {
  if (points.length < 2) return <span className="text-xs text-faint">too new</span>;
  const [width, height] = [72, 20];
  const step = width / (points.length - 1);
  const path = points.map(
    (percentage, index) =>
      `${(index * step).toFixed(1)},${(height - 1 - (percentage / 100) * (height - 2)).toFixed(1)}`,
  );
  const [first = 0, last = 0] = [points[0], points.at(-1)];
  const difference = Math.round(last - first);
  const words = difference === 0 ? 'unchanged' : `${difference > 0 ? 'up' : 'down'} ${Math.abs(difference)} points`;
  return (
    <svg
      viewBox={`0 0 ${width} ${height}`}
      width={width}
      height={height}
      role="img"
      aria-label={`${words} in ${points.length} days`}
    >
      <title>{`${words} in ${points.length} days`}</title>
      <polyline
        points={path.join(' ')}
        fill="none"
        stroke="var(--accent)"
        strokeWidth="1.5"
        strokeLinejoin="round"
        strokeLinecap="round"
      />
    </svg>
  );
}
