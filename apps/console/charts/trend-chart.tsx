/** Puts a trend on the screen. Loaded only where a chart is shown: the library is most of the console's weight. */
import { BarChart, CustomChart, LineChart } from 'echarts/charts';
import { GridComponent, TooltipComponent } from 'echarts/components';
import * as echarts from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';
import type { TrendResult } from '../api/types.ts';
import { type AnswerSeries, incompleteIndexOf } from '../explore/answer.ts';
import { marginText } from '../explore/margin.ts';
import { formatNumber } from '../format/numbers.ts';
import { formatInterval } from '../format/time.ts';
import { useTheme } from '../shell/theme.ts';
import { readPalette } from './palette.ts';
import { trendOptions } from './trend-options.ts';

echarts.use([BarChart, CustomChart, LineChart, GridComponent, TooltipComponent, SVGRenderer]);

type TrendChartProps = {
  result: TrendResult;
  series: readonly AnswerSeries[];
  kind: 'line' | 'bar';
  /** What the chart shows, in a sentence. */
  label: string;
};

const NARROW_PX = 520;

export default function TrendChart({ result, series, kind, label }: TrendChartProps) {
  const container = useRef<HTMLDivElement>(null);
  const chart = useRef<echarts.ECharts>(undefined);
  const { appearance } = useTheme();

  useEffect(() => {
    if (container.current === null) return;
    const created = echarts.init(container.current, undefined, { renderer: 'svg' });
    chart.current = created;
    const observer = new ResizeObserver(() => created.resize());
    observer.observe(container.current);
    return () => {
      observer.disconnect();
      created.dispose();
    };
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the palette is read from the page, which the theme changes
  useEffect(() => {
    chart.current?.setOption(
      trendOptions({
        result,
        series,
        kind,
        palette: readPalette(),
        isNarrow: (container.current?.clientWidth ?? 0) < NARROW_PX,
        isMotionReduced: matchMedia('(prefers-reduced-motion: reduce)').matches,
        tooltip: (index) => tooltipOf(result, series, index),
      }),
      // Series that are gone must go; those that stay move to their new values.
      { replaceMerge: ['series'] },
    );
  }, [result, series, kind, appearance]);

  return <div ref={container} role="img" aria-label={label} className="h-full w-full" />;
}

const TOOLTIP_ROWS = 12;

/** The values at one interval, largest first. Built of nodes: what events carry never becomes markup. */
function tooltipOf(result: TrendResult, series: readonly AnswerSeries[], index: number): HTMLElement {
  const { interval, time_zone } = result.definition;
  const start = result.intervals[index] ?? '';
  const box = element('div', 'min-w-44 max-w-80 p-2.5 text-xs text-ink');
  const isOver = index < incompleteIndexOf(result);
  const title = `${formatInterval(start, interval, time_zone, 'long')}${isOver ? '' : ' (not over yet)'}`;
  box.append(element('div', 'mb-1.5 font-semibold', title));
  const sorted = [...series].sort((a, b) => (b.values[index] ?? -Infinity) - (a.values[index] ?? -Infinity));
  for (const one of sorted.slice(0, TOOLTIP_ROWS)) {
    const row = element('div', 'flex items-center gap-2 leading-5');
    const dot = element('span', 'size-2 shrink-0 rounded-full');
    dot.style.background = `var(${one.color})`;
    row.append(dot, element('span', 'min-w-0 flex-1 truncate', one.name));
    const margin = marginText(one.standardError?.values[index]);
    row.append(element('span', 'font-medium', `${formatNumber(one.values[index])}${margin}`));
    if (one.previous) row.append(element('span', 'text-muted', `before ${formatNumber(one.previous.values[index])}`));
    box.append(row);
  }
  if (sorted.length > TOOLTIP_ROWS) {
    box.append(element('div', 'mt-1 text-muted', `${sorted.length - TOOLTIP_ROWS} more in the table`));
  }
  return box;
}

function element(tag: string, className: string, text?: string): HTMLElement {
  const created = document.createElement(tag);
  created.className = className;
  if (text !== undefined) created.textContent = text;
  return created;
}
