/** Other pseudonyms of the same person, where an environment has a bridge over rotations. */
import type { EventStore, Question } from '@uptake/io/event-store';
import type { LinkedTo } from './who.ts';

function linksQuestion(workspaceId: string, pseudonyms: readonly string[]): Question {
  return {
    name: 'govern.links',
    scope: { workspaceId },
    parameters: { pseudonyms },
    sql: `
      SELECT DISTINCT leftPad(lower(hex(user_key)), 16, '0') AS pseudonym
      FROM pseudonym_links
      WHERE (environment_id, person) IN (
        SELECT environment_id, person FROM pseudonym_links
        WHERE leftPad(lower(hex(user_key)), 16, '0') IN {pseudonyms:Array(String)}
      )`,
  };
}

export function createLinkedTo(eventStore: Pick<EventStore, 'ask'>): LinkedTo {
  return async (workspaceId, pseudonyms) => {
    const rows = await eventStore.ask<{ pseudonym: string }>(linksQuestion(workspaceId, pseudonyms));
    return rows.map(({ pseudonym }) => pseudonym);
  };
}
