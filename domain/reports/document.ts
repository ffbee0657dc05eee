/** A document of figures as data: what a printable page, a workbook and a CSV are made from, each in its own way. */

/** How a number is written. `share`: 0 to 1, as percent. */
export type NumberKind = 'count' | 'decimal' | 'share' | 'milliseconds';

export type Column = { readonly label: string; readonly kind: 'text' | NumberKind };
export type Cell = string | number | null;

export type Table = { readonly columns: readonly Column[]; readonly rows: readonly (readonly Cell[])[] };

/** One figure that stands for itself, beside the same of the period before. */
export type Tile = {
  readonly label: string;
  readonly value: number | null;
  readonly previous: number | null | undefined;
  readonly kind: NumberKind;
};

export type ChartSeries = {
  readonly label: string;
  readonly values: readonly (number | null)[];
  /** Drawn dashed and behind: the period before. */
  readonly isComparison?: boolean;
};
export type Chart = {
  readonly labels: readonly string[];
  readonly series: readonly ChartSeries[];
  readonly kind: NumberKind;
};

export type Section = {
  readonly heading: string;
  /** One sentence on what is counted, or on why there is nothing. */
  readonly note?: string;
  readonly tiles?: readonly Tile[];
  readonly chart?: Chart;
  readonly table?: Table;
};

export type ReportDocument = {
  readonly title: string;
  /** What, of whom, when: one line. */
  readonly subtitle: string;
  /** What a reader must know of the figures: period, freshness, sampling. */
  readonly facts: readonly (readonly [name: string, value: string])[];
  readonly sections: readonly Section[];
};
