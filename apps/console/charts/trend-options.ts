/** A trend as options of the chart library: what is drawn, not how it gets on the screen. */
import type { BarSeriesOption, CustomSeriesOption, LineSeriesOption } from 'echarts/charts';
import type { GridComponentOption, TooltipComponentOption } from 'echarts/components';
import type { ComposeOption } from 'echarts/core';
import type { TrendResult } from '../api/types.ts';
import { type AnswerSeries, incompleteIndexOf } from '../explore/answer.ts';
import { formatCompact } from '../format/numbers.ts';
import { formatInterval } from '../format/time.ts';
import { errorBarsOf } from './error-bars.ts';
import type { Palette } from './palette.ts';

export type TrendOptions = ComposeOption<
  LineSeriesOption | BarSeriesOption | CustomSeriesOption | GridComponentOption | TooltipComponentOption
>;

export type TrendDrawing = {
  result: TrendResult;
  /** Those that are not hidden. */
  series: readonly AnswerSeries[];
  kind: 'line' | 'bar';
  palette: Palette;
  isNarrow: boolean;
  isMotionReduced: boolean;
  tooltip: (index: number) => HTMLElement;
};

/** With more lines than this, those of the period before would only be noise; the tables have their numbers. */
export const MOST_COMPARED_LINES = 3;

export function trendOptions({ palette, isMotionReduced, isNarrow, tooltip, ...drawing }: TrendDrawing): TrendOptions {
  const { result } = drawing;
  const { interval, time_zone } = result.definition;
  return {
    animation: !isMotionReduced,
    animationDuration: 250,
    animationDurationUpdate: 250,
    textStyle: { fontFamily: 'Inter Variable, sans-serif' },
    grid: { left: 4, right: 12, top: 12, bottom: 8, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    xAxis: {
      type: 'category',
      boundaryGap: drawing.kind === 'bar',
      data: result.intervals.map((start) => formatInterval(start, interval, time_zone, 'short')),
      axisLine: { lineStyle: { color: palette.line } },
      axisTick: { show: false },
      axisLabel: { color: palette.muted, fontSize: 11, margin: 10, hideOverlap: true, alignMaxLabel: 'right' },
    },
    yAxis: {
      type: 'value',
      minInterval: drawing.series.every((one) => one.isAdditive) ? 1 : 0,
      splitNumber: isNarrow ? 3 : 5,
      splitLine: { lineStyle: { color: palette.line } },
      axisLabel: { color: palette.muted, fontSize: 11, formatter: (value: number) => formatCompact(value) },
    },
    tooltip: {
      trigger: 'axis',
      confine: true,
      transitionDuration: 0,
      backgroundColor: palette.surface,
      borderColor: palette.line,
      padding: 0,
      axisPointer: { type: drawing.kind === 'bar' ? 'shadow' : 'line', lineStyle: { color: palette.muted } },
      // An element, not text: event names and breakdown values come from outside and must not become markup.
      formatter: (points) => tooltip([points].flat()[0]?.dataIndex ?? 0),
    },
    series: drawing.series.flatMap((one): (LineSeriesOption | BarSeriesOption | CustomSeriesOption)[] => {
      const isBar = drawing.kind === 'bar';
      const drawn = isBar
        ? barsOf(one, result, palette, drawing.series)
        : linesOf(one, result, palette, drawing.series.length <= MOST_COMPARED_LINES);
      // Bars side by side stand off the middle of their interval, where an error bar would not be theirs.
      const hasRoom = isBar ? drawing.series.length === 1 && one.previous === null : drawing.series.length <= 5;
      const errors = hasRoom ? errorBarsOf(one, isBar ? palette.ink : palette.of(one.color), palette) : undefined;
      return errors === undefined ? drawn : [...drawn, errors];
    }),
  };
}

function linesOf(one: AnswerSeries, result: TrendResult, palette: Palette, isCompared: boolean): LineSeriesOption[] {
  const color = palette.of(one.color);
  const incomplete = incompleteIndexOf(result);
  const count = result.intervals.length;
  const base: LineSeriesOption = {
    type: 'line',
    symbol: 'circle',
    symbolSize: 6,
    showSymbol: count === 1,
    emphasis: { disabled: true },
    itemStyle: { color },
    lineStyle: { color, width: 2 },
    connectNulls: false,
  };
  const solid: LineSeriesOption = {
    ...base,
    id: one.key,
    name: one.name,
    data: one.values.map((value, index) => (index < incomplete ? value : null)),
  };
  const dashed: LineSeriesOption = {
    ...base,
    id: `${one.key} incomplete`,
    // Starts at the last complete point, so that the line does not break.
    data: one.values.map((value, index) => (index >= incomplete - 1 ? value : null)),
    showSymbol: incomplete === 0 && count === 1,
    lineStyle: { color, width: 2, type: [4, 4] },
  };
  const previous: LineSeriesOption = {
    ...base,
    id: `${one.key} previous`,
    data: [...(one.previous?.values ?? [])].slice(0, count),
    lineStyle: { color, width: 1.5, opacity: 0.5, type: [1, 3], cap: 'round' },
    itemStyle: { color, opacity: 0.5 },
    z: 1,
  };
  return [solid, ...(incomplete < count ? [dashed] : []), ...(one.previous && isCompared ? [previous] : [])];
}

function barsOf(
  one: AnswerSeries,
  result: TrendResult,
  palette: Palette,
  all: readonly AnswerSeries[],
): BarSeriesOption[] {
  const color = palette.of(one.color);
  const incomplete = incompleteIndexOf(result);
  const isStacked = Boolean(result.definition.breakdown) && all.every((other) => other.isAdditive);
  const index = one.key.split(' ')[0];
  const base: BarSeriesOption = { type: 'bar', emphasis: { disabled: true }, barMaxWidth: 44, barGap: '12%' };
  const now: BarSeriesOption = {
    ...base,
    id: one.key,
    name: one.name,
    ...(isStacked ? { stack: `now ${index}` } : {}),
    data: one.values.map((value, at) => ({
      value,
      itemStyle:
        at < incomplete
          ? { color, borderRadius: isStacked ? 0 : [3, 3, 0, 0] }
          : {
              color,
              opacity: 0.45,
              borderColor: color,
              borderType: 'dashed',
              borderRadius: isStacked ? 0 : [3, 3, 0, 0],
            },
    })),
  };
  if (!one.previous) return [now];
  const before: BarSeriesOption = {
    ...base,
    id: `${one.key} previous`,
    ...(isStacked ? { stack: `previous ${index}` } : {}),
    itemStyle: { color, opacity: 0.3 },
    data: [...one.previous.values].slice(0, result.intervals.length),
  };
  return [before, now];
}
