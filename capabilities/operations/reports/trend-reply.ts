/** What a report keeps of an insight: the reply of `POST /api/v1/insights/query` to a trend, as far as documents read it. */

type Numbers = { readonly values: readonly (number | null)[]; readonly total: number | null };

export type TrendReply = {
  readonly kind: 'trend';
  /** Normalised. */
  readonly definition: {
    readonly interval?: 'hour' | 'day' | 'week' | 'month';
    readonly time_zone?: string;
    readonly series: readonly { readonly measure?: { readonly kind: string } }[];
  };
  readonly intervals: readonly string[];
  readonly series: readonly (Numbers & {
    readonly label: string;
    readonly breakdown: string | null;
    readonly is_other: boolean;
    readonly previous: Numbers | null;
  })[];
  readonly freshness: { readonly as_of: string };
  readonly sampled: boolean;
  readonly approximate: boolean;
  /** Why somebody may count as more than one; absent in what was kept before this was said. */
  readonly explanation?: string | null;
};

/** Asks a question now. Rejects with `Problem` as the door for questions would. */
export type AskReply = (workspaceId: string, definition: unknown) => Promise<TrendReply>;
