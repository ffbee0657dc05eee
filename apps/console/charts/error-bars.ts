/** Error bars of a series whose events were sampled: within them the true number lies 19 times out of 20. */
import type { CustomSeriesOption } from 'echarts/charts';
import type { AnswerSeries } from '../explore/answer.ts';
import { marginOf } from '../explore/margin.ts';
import type { Palette } from './palette.ts';

const CAP_PX = 3;
const HALO_PX = 3;

/** Undefined where no error is stated. The halo sets the lower half apart from the bar or line that it lies on. */
export function errorBarsOf(one: AnswerSeries, color: string, { surface }: Palette): CustomSeriesOption | undefined {
  const data = one.values.flatMap((value, index) => {
    const margin = marginOf(one.standardError?.values[index]);
    return value === null || margin === undefined ? [] : [[index, Math.max(0, value - margin), value + margin]];
  });
  if (data.length === 0) return undefined;
  return {
    type: 'custom',
    id: `${one.key} error`,
    name: one.name,
    silent: true,
    z: 3,
    encode: { x: 0, y: [1, 2] },
    tooltip: { show: false },
    data,
    renderItem: (_, api) => {
      const [x = 0, top = 0] = api.coord([api.value(0), api.value(2)]);
      const [, bottom = 0] = api.coord([api.value(0), api.value(1)]);
      const strokes = [
        [x, bottom, x, top],
        [x - CAP_PX, top, x + CAP_PX, top],
        [x - CAP_PX, bottom, x + CAP_PX, bottom],
      ] as const;
      const drawn = (style: { stroke: string; lineWidth: number; lineCap?: 'square' }) =>
        strokes.map(([x1, y1, x2, y2]) => ({ type: 'line' as const, shape: { x1, y1, x2, y2 }, style }));
      return {
        type: 'group',
        children: [
          ...drawn({ stroke: surface, lineWidth: HALO_PX, lineCap: 'square' }),
          ...drawn({ stroke: color, lineWidth: 1 }),
        ],
      };
    },
  };
}
