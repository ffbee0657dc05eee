/** Lines over days as options of the chart library. */
import type { LineSeriesOption } from 'echarts/charts';
import type { GridComponentOption, LegendComponentOption, TooltipComponentOption } from 'echarts/components';
import type { ComposeOption } from 'echarts/core';
import { formatCompact, formatNumber } from '../format/numbers.ts';
import { formatDay } from '../format/time.ts';
import type { Palette } from './palette.ts';

export type DayOptions = ComposeOption<
  LineSeriesOption | GridComponentOption | LegendComponentOption | TooltipComponentOption
>;

/** What values are measured against: a bound, or the range between two. */
export type DayBound = { readonly from?: number; readonly to?: number; readonly label: string };

export type DayDrawing = {
  /** Points are `[day, value]`, oldest first; a colour is the name of a custom property. */
  lines: readonly { name: string; color: string; points: readonly (readonly [string, number])[] }[];
  bounds?: readonly DayBound[];
  unit?: string;
  range?: readonly [number, number];
  palette: Palette;
  isMotionReduced: boolean;
};

export function dayOptions({ lines, bounds = [], unit = '', range, palette, isMotionReduced }: DayDrawing): DayOptions {
  const hasLegend = lines.length > 1;
  const text = { color: palette.muted, fontSize: 11 };
  return {
    animation: !isMotionReduced,
    animationDuration: 250,
    textStyle: { fontFamily: 'Inter Variable, sans-serif' },
    grid: {
      left: 4,
      right: 12,
      top: hasLegend ? 34 : 16,
      bottom: 8,
      outerBoundsMode: 'same',
      outerBoundsContain: 'axisLabel',
    },
    ...(hasLegend ? { legend: { top: 0, left: 0, itemWidth: 14, itemHeight: 3, textStyle: text, icon: 'rect' } } : {}),
    xAxis: {
      type: 'time',
      axisLine: { lineStyle: { color: palette.line } },
      axisTick: { show: false },
      axisLabel: { ...text, hideOverlap: true, formatter: (at: number) => dayLabel(at) },
      splitLine: { show: false },
      minInterval: 86_400_000,
    },
    yAxis: {
      type: 'value',
      ...(range === undefined
        ? { scale: true }
        : { min: range[0], max: range[1], interval: (range[1] - range[0]) / 4 }),
      splitNumber: 4,
      splitLine: { lineStyle: { color: palette.line } },
      axisLabel: { ...text, formatter: (value: number) => `${formatCompact(value)}${unit}` },
      ...boundsInView(lines, bounds, range),
    },
    tooltip: {
      trigger: 'axis',
      confine: true,
      transitionDuration: 0,
      backgroundColor: palette.surface,
      borderColor: palette.line,
      textStyle: { color: palette.ink, fontSize: 12 },
      axisPointer: { lineStyle: { color: palette.muted } },
      valueFormatter: (value) => `${formatNumber(value as number)}${unit}`,
    },
    series: lines.map(({ name, color, points }, index) => ({
      type: 'line',
      name,
      data: points.map(([day, value]) => [`${day}T00:00:00Z`, value]),
      symbol: 'circle',
      symbolSize: 5,
      showSymbol: points.length < 20,
      emphasis: { disabled: true },
      lineStyle: { color: palette.of(color), width: 2 },
      itemStyle: { color: palette.of(color) },
      ...(index === 0 ? drawBounds(bounds, palette) : {}),
    })),
  };
}

function dayLabel(atMs: number): string {
  return formatDay(new Date(atMs).toISOString(), 'UTC').replace(/ \d{4}$/, '');
}

/** A bound outside the values is what the chart is looked at for, so the axis reaches it. */
function boundsInView(
  lines: DayDrawing['lines'],
  bounds: readonly DayBound[],
  range: DayDrawing['range'],
): { min?: number; max?: number } {
  const limits = bounds.flatMap(({ from, to }) => [from, to]).filter((limit) => limit !== undefined);
  if (range !== undefined || limits.length === 0) return {};
  const all = [...lines.flatMap(({ points }) => points.map(([, value]) => value)), ...limits];
  const [low, high] = [Math.min(...all), Math.max(...all)];
  // Whole steps, so that the ends of the axis are numbers a person would choose; air above for the words of a bound.
  const step = 10 ** Math.floor(Math.log10(high - low || Math.abs(high) || 1)) / 2;
  return { min: Math.floor(low / step) * step, max: (Math.floor(high / step) + 1) * step };
}

function drawBounds(bounds: readonly DayBound[], palette: Palette): Pick<LineSeriesOption, 'markLine' | 'markArea'> {
  const line = (at: number, label: string) => ({ yAxis: at, label: { formatter: label } });
  return {
    markLine: {
      silent: true,
      symbol: 'none',
      lineStyle: { color: palette.of('--good'), type: [5, 4], width: 1.5 },
      label: { position: 'insideStartTop', color: palette.of('--good'), fontSize: 11, distance: 5 },
      data: bounds.flatMap(({ from, to, label }) => [
        ...(from === undefined ? [] : [line(from, label)]),
        ...(to === undefined ? [] : [line(to, from === undefined ? label : '')]),
      ]),
    },
    markArea: {
      silent: true,
      itemStyle: { color: palette.of('--good'), opacity: 0.07 },
      data: bounds.map(({ from, to }) => [
        from === undefined ? { yAxis: 'min' } : { yAxis: from },
        to === undefined ? { yAxis: 'max' } : { yAxis: to },
      ]),
    },
  };
}
