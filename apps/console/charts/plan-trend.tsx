/** How the progress of a plan went: manual, telemetry and combined percent day by day. */
import type { TrendPoint } from '../adoption/types.ts';
import { DayChart } from './day-chart.tsx';

export default function PlanTrend({ points, label }: { points: readonly TrendPoint[]; label: string }) {
  const line = (name: string, color: string, of: (point: TrendPoint) => number) => ({
    name,
    color,
    points: points.map((point): [string, number] => [point.day, of(point)]),
  });
  return (
    <DayChart
      label={label}
      unit="%"
      range={[0, 100]}
      lines={[
        line('Manual Status', '--series-6', ({ manual }) => manual),
        line('Telemetry', '--series-4', ({ telemetry }) => telemetry),
        line('Combined', '--accent', ({ combined }) => combined),
      ]}
    />
  );
}
