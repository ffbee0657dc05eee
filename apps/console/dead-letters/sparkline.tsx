/** How a count went hour by hour, small enough for a table's cell. */

type SparklineProps = { points: readonly { at: string; events: number }[]; label: string };

const WIDTH = 96;
const HEIGHT = 22;
const HOUR_MS = 3_600_000;
const SHOWN_HOURS = 48;

export function Sparkline({ points, label }: SparklineProps) {
  const newest = Math.max(...points.map(({ at }) => Date.parse(at)), 0);
  const counts = new Map(points.map(({ at, events }) => [Math.round((newest - Date.parse(at)) / HOUR_MS), events]));
  const hours = Array.from({ length: SHOWN_HOURS }, (_, hour) => counts.get(SHOWN_HOURS - 1 - hour) ?? 0);
  const highest = Math.max(1, ...hours);
  const step = WIDTH / SHOWN_HOURS;
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} width={WIDTH} height={HEIGHT} role="img" aria-label={label}>
      {hours.map((events, hour) => {
        const height = events === 0 ? 0.75 : Math.max(2, (events / highest) * HEIGHT);
        return (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: an hour is its place
            key={hour}
            x={hour * step}
            y={HEIGHT - height}
            width={step - 0.5}
            height={height}
            className={events === 0 ? 'fill-line' : 'fill-accent'}
          />
        );
      })}
    </svg>
  );
}
