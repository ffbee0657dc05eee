/**
 * The bridge over rotations: which pseudonyms are one person, kept apart from the events and expiring by itself. Written
 * again without effect; whatever a crash loses is written when the person is next seen.
 */
import type { Engine } from './engine.ts';
import type { PseudonymLink, PseudonymLinks } from './port.ts';
import { quote } from './sql-text.ts';
import { uuid } from './subject.ts';

const TABLE = 'pseudonym_links';
const COLUMNS = ['workspace_id', 'environment_id', 'user_key', 'person', 'expires_at'];

export function createPseudonymLinks(engine: Engine): PseudonymLinks {
  const remove = (condition: string): Promise<unknown> =>
    engine.run({ sql: `DELETE FROM ${TABLE} WHERE ${condition} SETTINGS lightweight_deletes_sync = 2` });
  return {
    async keep(links) {
      if (links.length === 0) return;
      const rows = Buffer.from(links.map(rowOf).join('\n'));
      await engine.insert({ table: TABLE, columns: COLUMNS, settings: { async_insert: 0 }, rows });
    },
    async forgetEnvironment(workspaceId, environmentId) {
      await remove(`workspace_id = ${uuid(workspaceId)} AND environment_id = ${uuid(environmentId)}`);
    },
    async forgetPerson(workspaceId, pseudonyms) {
      if (pseudonyms.length === 0) return;
      const keys = pseudonyms.map((pseudonym) => `toUInt64(${quote(keyOf(pseudonym))})`).join(', ');
      await remove(`workspace_id = ${uuid(workspaceId)} AND user_key IN (${keys})`);
    },
  };
}

function rowOf({ workspaceId, environmentId, pseudonym, person, expiresAtMs }: PseudonymLink): string {
  const expiresAt = Math.ceil(expiresAtMs / 1000);
  return JSON.stringify([workspaceId, environmentId, keyOf(pseudonym), keyOf(person), expiresAt]);
}

/** The number a pseudonym is kept as, as text, since a double does not hold it. */
function keyOf(pseudonym: string): string {
  if (!/^[0-9a-f]{16}$/.test(pseudonym)) throw new TypeError('a pseudonym has 16 hexadecimal digits');
  return String(BigInt(`0x${pseudonym}`));
}
