/** Maps rows of any source to attributes of a plan by their names; what does not fit is refused with its row, never guessed. */
import { readFreeText } from '@uptake/domain/adoption';
import { parseDay, typeMismatch, type Value } from '@uptake/domain/criteria';
import { clip } from '@uptake/domain/insights';
import type { AttributeRow, PlanState } from './store/plan-state.ts';
import type { NewValue } from './values.ts';

/** As sources hand them over. */
export type SourceRow = {
  /** Needed where several tasks have an attribute of this name. */
  readonly task?: string | undefined;
  readonly attribute: string;
  readonly value: unknown;
  /** YYYY-MM-DD; today where it is absent. */
  readonly day?: string | undefined;
  readonly notes?: string | undefined;
};

export type MappedSourceRow =
  | {
      readonly row: SourceRow;
      readonly attribute: AttributeRow;
      readonly taken: NewValue;
      readonly problem?: undefined;
    }
  | { readonly row: SourceRow; readonly attribute?: AttributeRow | undefined; readonly problem: string };

/** Somewhere it is tomorrow already. */
const FUTURE_DAYS = 1;

export function mapRows(state: PlanState, rows: readonly SourceRow[], today: number): readonly MappedSourceRow[] {
  const places = placesOf(state);
  return rows.map((row) => mapRow(row, places, today));
}

type Place = { readonly task: string; readonly attribute: AttributeRow };

function placesOf({ tasks, attributesOf }: PlanState): ReadonlyMap<string, readonly Place[]> {
  const all = tasks.flatMap((task) =>
    (attributesOf.get(task.id) ?? []).map((attribute) => ({ task: plain(task.name), attribute })),
  );
  return Map.groupBy(all, ({ attribute }) => plain(attribute.name));
}

const plain = (name: string) => name.normalize('NFC').trim();

function mapRow(row: SourceRow, places: ReadonlyMap<string, readonly Place[]>, today: number): MappedSourceRow {
  const named = places.get(plain(row.attribute)) ?? [];
  const fitting = row.task === undefined ? named : named.filter(({ task }) => task === plain(row.task ?? ''));
  const [place] = fitting;
  if (place === undefined) {
    const where = row.task === undefined ? '' : ` in the task "${shown(row.task)}"`;
    return { row, problem: `The plan has no attribute "${shown(row.attribute)}"${where}.` };
  }
  if (fitting.length > 1)
    return { row, problem: `Several tasks have an attribute "${shown(row.attribute)}"; name the task too.` };
  const { attribute } = place;
  const day = row.day === undefined ? today : parseDay(row.day);
  const problem = problemOf(row, attribute, day, today);
  if (problem !== undefined) return { row, attribute, problem };
  const taken = { attributeId: attribute.id, value: row.value as Value, day, notes: row.notes?.trim() ?? '' };
  return { row, attribute, taken };
}

/** Of what others sent: as much as tells which it is, and nothing that cannot be kept or seen. */
function shown(text: string): string {
  return clip(
    text
      .slice(0, 200)
      .toWellFormed()
      .replaceAll(/\p{Cc}/gu, ' '),
  );
}

function problemOf(row: SourceRow, attribute: AttributeRow, day: number, today: number): string | undefined {
  const mismatch = typeMismatch(row.value, attribute.dataType);
  if (mismatch !== undefined) return `The value of ${attribute.name} ${mismatch}.`;
  if (Number.isNaN(day)) return `"${shown(row.day ?? '')}" is no day written YYYY-MM-DD.`;
  if (day > today + FUTURE_DAYS) return `${row.day} has not come yet.`;
  for (const text of [row.notes, attribute.dataType === 'STRING' ? row.value : undefined]) {
    const read = typeof text === 'string' ? readFreeText(text.trim()) : undefined;
    if (read?.kind === 'refused') return `${read.reason}. ${read.remedy}`;
  }
  return undefined;
}
