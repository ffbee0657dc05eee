/** Colours of the running theme as the chart library needs them: as text, read from `styles.css`. */
import { COLORS } from '../explore/answer.ts';

export type Palette = { series: readonly string[]; ink: string; muted: string; line: string; surface: string };

export function readPalette(): Palette {
  const styles = getComputedStyle(document.documentElement);
  const color = (name: string) => styles.getPropertyValue(`--${name}`).trim();
  return {
    series: Array.from({ length: COLORS }, (_, index) => color(`series-${index + 1}`)),
    ink: color('ink'),
    muted: color('muted'),
    line: color('line'),
    surface: color('surface'),
  };
}
