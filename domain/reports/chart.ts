/** A chart as SVG that needs no script and prints: lines, or bars where there is one series. */
import type { Chart, ChartSeries } from './document.ts';
import { escapeHtml } from './escape.ts';
import { formatNumber } from './format.ts';

const WIDTH = 760;
const HEIGHT = 240;
const PLOT = { left: 64, right: 12, top: 12, bottom: 30 } as const;
const PLOT_WIDTH = WIDTH - PLOT.left - PLOT.right;
const PLOT_HEIGHT = HEIGHT - PLOT.top - PLOT.bottom;
const LABELS_AT_MOST = 8;

/** Each is at least 3:1 against white (WCAG 1.4.11); beyond the last they begin anew, and the legend tells. */
const COLOURS = ['#2a5bd7', '#b4540a', '#0f7a55', '#8a3ffc', '#b3261e', '#00718a', '#7a6200', '#a1387e'] as const;
const COMPARISON_COLOUR = '#3d4450';

export function renderChart({ labels, series, kind }: Chart, title: string): string {
  if (labels.length === 0 || series.length === 0) return '';
  const most = Math.max(0, ...series.flatMap(({ values }) => values.map((value) => value ?? 0)));
  const ceiling = niceCeiling(most, kind === 'share');
  const x = (index: number) => PLOT.left + (PLOT_WIDTH * (index + 0.5)) / labels.length;
  const y = (value: number) => PLOT.top + PLOT_HEIGHT * (1 - value / ceiling);
  const current = series.filter(({ isComparison }) => isComparison !== true);
  const asBars = current.length === 1;
  const colourOf = (one: ChartSeries) =>
    one.isComparison === true ? COMPARISON_COLOUR : COLOURS[current.indexOf(one) % COLOURS.length]!;
  const grid = [0, 0.25, 0.5, 0.75, 1].map((part) => {
    const at = y(ceiling * part).toFixed(1);
    const text = formatNumber(ceiling * part, kind === 'count' ? 'decimal' : kind);
    return `<line x1="${PLOT.left}" x2="${WIDTH - PLOT.right}" y1="${at}" y2="${at}" class="grid"/><text x="${PLOT.left - 8}" y="${at}" class="tick" text-anchor="end" dominant-baseline="middle">${escapeHtml(text)}</text>`;
  });
  const step = Math.ceil(labels.length / LABELS_AT_MOST);
  const ticks = labels.map((label, index) =>
    index % step === 0
      ? `<text x="${x(index).toFixed(1)}" y="${HEIGHT - 10}" class="tick" text-anchor="middle">${escapeHtml(label)}</text>`
      : '',
  );
  // The period before lies behind a line, and before bars, which would hide it.
  const drawn = [...series]
    .sort((left, right) => {
      const order = Number(right.isComparison === true) - Number(left.isComparison === true);
      return asBars ? -order : order;
    })
    .map((one) =>
      asBars && one.isComparison !== true
        ? bars(one, colourOf(one), x, y, (PLOT_WIDTH / labels.length) * 0.7)
        : line(one, colourOf(one), x, y),
    );
  const svg = `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeHtml(title)}"><title>${escapeHtml(title)}</title>${grid.join('')}${ticks.join('')}${drawn.join('')}</svg>`;
  return `<figure>${svg}${legend(series, colourOf)}</figure>`;
}

type Scale = (value: number) => number;

function bars({ values }: ChartSeries, colour: string, x: Scale, y: Scale, width: number): string {
  const rects = values.map((value, index) => {
    if (value === null || value <= 0) return '';
    const top = y(value);
    return `<rect x="${(x(index) - width / 2).toFixed(1)}" y="${top.toFixed(1)}" width="${width.toFixed(1)}" height="${(y(0) - top).toFixed(1)}"/>`;
  });
  return `<g fill="${colour}">${rects.join('')}</g>`;
}

/** A gap where a value is missing. */
function line({ values, isComparison }: ChartSeries, colour: string, x: Scale, y: Scale): string {
  let path = '';
  let isDown = false;
  values.forEach((value, index) => {
    if (value !== null) path += `${isDown ? 'L' : 'M'}${x(index).toFixed(1)} ${y(value).toFixed(1)}`;
    isDown = value !== null;
  });
  const dash = isComparison === true ? ' stroke-dasharray="5 4"' : '';
  return `<path d="${path}" fill="none" stroke="${colour}" stroke-width="2"${dash}/>`;
}

function legend(series: readonly ChartSeries[], colourOf: (one: ChartSeries) => string): string {
  if (series.length < 2) return '';
  const items = series.map(
    (one) => `<li><span style="background:${colourOf(one)}"></span>${escapeHtml(one.label)}</li>`,
  );
  return `<ul class="legend">${items.join('')}</ul>`;
}

/** The end of the axis: a small multiple of a power of ten, so that quarters of it are short. */
function niceCeiling(most: number, isShare: boolean): number {
  if (most <= 0) return isShare ? 1 : 4;
  const power = 10 ** Math.floor(Math.log10(most));
  const factor = [1, 2, 4, 5, 8, 10].find((each) => each * power >= most) ?? 10;
  return factor * power;
}
