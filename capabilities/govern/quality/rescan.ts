/** Looks again at a sample of what was stored since the last look, and keeps how much of it holds personal data. */
import { DEFAULT_PRIVACY } from '@uptake/domain/contract';
import type { EventStore } from '@uptake/io/event-store';
import type { AccessReadModel } from '../../access/read-model.ts';
import { Finder, type Finding } from './findings.ts';
import {
  LETTER_COLUMNS,
  type LetterRow,
  lettersQuestion,
  type StoredRow,
  storedQuestion,
  TEXT_COLUMNS,
} from './rescan.query.ts';
import type { Place, QualityStore, Scan } from './store.ts';

export type RescanDependencies = {
  readonly eventStore: Pick<EventStore, 'askAsOperator'>;
  readonly store: QualityStore;
  readonly access: Pick<AccessReadModel, 'collectingEnvironment'>;
  /** Everything received before can be asked for. */
  readonly freshness: () => Promise<{ readonly asOf: Date }>;
};

/** What came while nobody looked for longer than this is not looked at: it would be one hour's work at once. */
const FURTHEST_BACK_MS = 3_600_000;

export async function rescan({ eventStore, store, access, freshness }: RescanDependencies): Promise<void> {
  const toMs = (await freshness()).asOf.getTime();
  const untilMs = (await store.scannedUntil())?.getTime() ?? 0;
  const period = { fromMs: Math.max(untilMs, toMs - FURTHEST_BACK_MS), toMs };
  if (period.fromMs >= toMs) return;
  const [rows, letters] = await Promise.all([
    eventStore.askAsOperator<StoredRow>(storedQuestion(period)),
    eventStore.askAsOperator<LetterRow>(lettersQuestion(period)),
  ]);
  const scans: (Place & Scan)[] = [];
  const lettersOf = Map.groupBy(letters, ({ environment_id }) => environment_id);
  const rowsOf = Map.groupBy(rows, ({ environment_id }) => environment_id);
  for (const environmentId of new Set([...rowsOf.keys(), ...lettersOf.keys()])) {
    const ofEvents = rowsOf.get(environmentId) ?? [];
    const ofLetters = lettersOf.get(environmentId) ?? [];
    const workspaceId = (ofEvents[0] ?? ofLetters[0]!).workspace_id;
    const collecting = await access.collectingEnvironment(workspaceId, environmentId);
    // Uptake's own ledger is nobody's environment, and one that was removed since has nobody to be told.
    if (collecting === undefined) continue;
    const { scrubNames, scrubForms } = collecting.environment.privacy ?? DEFAULT_PRIVACY;
    const finder = new Finder({ names: scrubNames, forms: scrubForms });
    const found = [
      ...ofEvents.map((row) => findingsInEvent(finder, row)),
      ...ofLetters.map((row) => findingsInLetter(finder, row)),
    ];
    scans.push({ workspaceId, environmentId, ...scanOf(found) });
  }
  if (scans.length > 0) await store.keepScans(scans, toMs);
}

function findingsInEvent(finder: Finder, row: StoredRow): readonly Finding[] {
  const properties = Object.entries(row.properties).map(([name, json]) => [name, JSON.parse(json) as unknown]);
  return [
    ...finder.members('properties', Object.fromEntries(properties) as Record<string, unknown>),
    ...TEXT_COLUMNS.flatMap((column) => finder.text(column, column === 'app_version' ? versionless(row) : row[column])),
  ];
}

function findingsInLetter(finder: Finder, row: LetterRow): readonly Finding[] {
  return LETTER_COLUMNS.flatMap((column) => {
    const place = `dead letter: ${column}`;
    if (column === 'app_version') return finder.text(place, versionless(row));
    if (column !== 'payload') return finder.text(place, row[column]);
    const payload = row.payload === '' ? null : (JSON.parse(row.payload) as unknown);
    return finder.members(place, typeof payload === 'object' && payload !== null ? { ...payload } : { payload });
  });
}

/** Four numbers with dots in a version are no address. */
function versionless({ app_version }: { readonly app_version: string }): string {
  return /^[\d.]*$/.test(app_version) ? '' : app_version;
}

function scanOf(found: readonly (readonly Finding[])[]): Scan {
  const events = new Map<string, { rule: string; place: string; events: number }>();
  for (const findings of found) {
    for (const { rule, place } of findings) {
      const key = `${rule}\0${place}`;
      const known = events.get(key) ?? { rule, place, events: 0 };
      known.events += 1;
      events.set(key, known);
    }
  }
  return {
    scannedEvents: found.length,
    eventsWithFindings: found.filter((findings) => findings.length > 0).length,
    byRule: [...events.values()],
  };
}
