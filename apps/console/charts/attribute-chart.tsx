/** A numeric attribute over its days, with the criterion drawn in. */

import { DayChart } from './day-chart.tsx';
import type { DayBound } from './day-options.ts';

type AttributeChartProps = {
  name: string;
  unit: string;
  points: readonly (readonly [string, number])[];
  bounds: readonly DayBound[];
};

export default function AttributeChart({ name, unit, points, bounds }: AttributeChartProps) {
  const against = bounds.map(({ label }) => label).join(', ');
  return (
    <DayChart
      label={`${name} over ${points.length} days${against === '' ? '' : `, against ${against}`}`}
      unit={unit}
      bounds={bounds}
      lines={[{ name, color: '--accent', points }]}
    />
  );
}
