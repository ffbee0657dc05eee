/** Inserts what was refused, what was counted, and what became of letters. Each with its token, each without effect the second time. */
import { LETTER_COLUMNS, TALLY_COLUMNS } from '@uptake/domain/dead-letters';
import { insertSettings } from './dialect.ts';
import type { Engine } from './engine.ts';
import type { DeadLetterInserts, LetterOutcome } from './port.ts';

const OUTCOME_COLUMNS = [
  'workspace_id',
  'environment_id',
  'letter_id',
  'run_id',
  'result',
  'reason',
  'path',
  'detail',
  'decided_at',
] as const;

/** `insert` turns the engine's failures into those of the port, and waits its turn. */
export function createDeadLetterInserts(insert: Engine['insert']): DeadLetterInserts {
  const keep = async (
    table: string,
    columns: readonly string[],
    batch: { token: string; rows: readonly Uint8Array[]; count: number },
  ): Promise<void> => {
    if (batch.count === 0) return;
    const rows = batch.rows.length === 1 ? batch.rows[0]! : Buffer.concat(batch.rows);
    await insert({ table, columns, settings: insertSettings(batch.token, batch.count), rows });
  };
  return {
    insertDeadLetters: (batch) => keep('dead_letters', LETTER_COLUMNS, batch),
    insertTallies: (batch) => keep('event_tallies', TALLY_COLUMNS, batch),
    insertOutcomes: ({ token, outcomes }) =>
      keep('dead_letter_outcomes', OUTCOME_COLUMNS, {
        token,
        rows: [Buffer.from(outcomes.map(encodeOutcome).join('\n'))],
        count: outcomes.length,
      }),
  };
}

function encodeOutcome(outcome: LetterOutcome): string {
  return JSON.stringify([
    outcome.workspaceId,
    outcome.environmentId,
    outcome.letterId,
    outcome.runId,
    outcome.result,
    outcome.reason,
    outcome.path,
    outcome.detail,
    (outcome.decidedAtMs / 1_000).toFixed(3),
  ]);
}
