/** What a source would bring, looked at before it is trusted; nothing of it is stored. */
import { Problem } from '@uptake/domain/contract';
import { formatDay } from '@uptake/domain/criteria';
import { mapRows } from './map-rows.ts';
import type { MappedRow, SourceTest } from './port.ts';
import { type FetchedValues, SourceFailed } from './source-driver.ts';
import type { PlanState } from './store/plan-state.ts';

const MAX_SHOWN_ROWS = 100;

export function previewOf(
  state: PlanState,
  { rows: fetched, notices, sample }: FetchedValues,
  { today, tookMs }: { readonly today: number; readonly tookMs: number },
): SourceTest {
  const mapped = mapRows(state, fetched, today);
  const refused = mapped.filter(({ problem }) => problem !== undefined).length;
  const found = `${mapped.length === 1 ? '1 value' : `${mapped.length || 'No'} values`} found`;
  const message = `${found}${mapped.length === 0 ? '' : `, ${refused || 'none'} refused`}. Nothing was stored.`;
  const rows = mapped.slice(0, MAX_SHOWN_ROWS).map(
    (each, index): MappedRow => ({
      row: index + 1,
      task: each.row.task,
      attribute: each.row.attribute,
      attributeId: each.attribute?.id,
      raw: each.row.value,
      value: each.problem === undefined ? each.taken.value : undefined,
      day: each.problem === undefined ? formatDay(each.taken.day) : each.row.day,
      problem: each.problem,
    }),
  );
  const ok = mapped.length > 0 && refused === 0;
  return { ok, message: [message, ...notices].join(' '), tookMs, sample, rows };
}

/** Why no values came, where that is the answer and no fault of ours. */
export function wordsOf(error: unknown): string | undefined {
  if (error instanceof SourceFailed) return error.message;
  if (!(error instanceof Problem)) return undefined;
  const places = (error.errors ?? []).map(({ path, message }) => `${path} ${message}.`);
  return [error.detail, ...places].join(' ');
}

/** A test that came to no rows. */
export function told(ok: boolean, message: string, tookMs: number): SourceTest {
  return { ok, message, tookMs, sample: undefined, rows: [] };
}
