/** Lines over days with what they are measured against drawn in. */
import { LineChart } from 'echarts/charts';
import {
  GridComponent,
  LegendComponent,
  MarkAreaComponent,
  MarkLineComponent,
  TooltipComponent,
} from 'echarts/components';
import * as echarts from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';
import { useTheme } from '../shell/theme.ts';
import { type DayDrawing, dayOptions } from './day-options.ts';
import { readPalette } from './palette.ts';

echarts.use([
  LineChart,
  GridComponent,
  LegendComponent,
  MarkAreaComponent,
  MarkLineComponent,
  TooltipComponent,
  SVGRenderer,
]);

type DayChartProps = Omit<DayDrawing, 'palette' | 'isMotionReduced'> & { label: string };

export function DayChart({ label, ...drawing }: DayChartProps) {
  const container = useRef<HTMLDivElement>(null);
  const chart = useRef<echarts.ECharts>(undefined);
  const { appearance } = useTheme();
  const drawn = JSON.stringify(drawing);

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
    const isMotionReduced = matchMedia('(prefers-reduced-motion: reduce)').matches;
    chart.current?.setOption(
      dayOptions({ ...(JSON.parse(drawn) as typeof drawing), palette: readPalette(), isMotionReduced }),
      { replaceMerge: ['series'] },
    );
  }, [drawn, appearance]);

  return <div ref={container} role="img" aria-label={label} className="h-full w-full" />;
}
