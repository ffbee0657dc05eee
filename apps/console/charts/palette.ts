/** Colours of the running theme as the chart library needs them: as text, read from `styles.css`. */

export type Palette = {
  ink: string;
  muted: string;
  line: string;
  surface: string;
  /** The value of any other custom property. */
  of: (property: string) => string;
};

export function readPalette(): Palette {
  const styles = getComputedStyle(document.documentElement);
  const of = (property: string) => styles.getPropertyValue(property).trim();
  return { ink: of('--ink'), muted: of('--muted'), line: of('--line'), surface: of('--surface'), of };
}
