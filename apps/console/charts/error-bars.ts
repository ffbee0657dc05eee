/** Error bars of a series whose events were sampled: within them the true number lies 19 times out of 20. */
import type { CustomSeriesOption } from 'echarts/charts';
import type { AnswerSeries } from '../explore/answer.ts';
import { marginOf } from '../explore/margin.ts';

const CAP_PX = 3;

/** Undefined where no error is stated. */
export function errorBarsOf(one: AnswerSeries, color: string): CustomSeriesOption | undefined {
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
      const style = { stroke: color, lineWidth: 1, opacity: 0.7 };
      const line = (x1: number, y1: number, x2: number, y2: number) => ({
        type: 'line' as const,
        shape: { x1, y1, x2, y2 },
        style,
      });
      return {
        type: 'group',
        children: [
          line(x, bottom, x, top),
          line(x - CAP_PX, top, x + CAP_PX, top),
          line(x - CAP_PX, bottom, x + CAP_PX, bottom),
        ],
      };
    },
  };
}
