/** A scope of its own for taking single events out: asking for counts is one right, carrying everything away another. */
import type { Migration } from './migration.ts';

export const exportScope: Migration = {
  version: 9,
  name: 'export_scope',
  isBreaking: false,
  up: `
ALTER TABLE api_keys DROP CONSTRAINT api_keys_scopes_check,
  ADD CONSTRAINT api_keys_scopes_check CHECK (scopes <@ ARRAY['read', 'write', 'export', 'admin']);
`,
  down: `
UPDATE api_keys SET scopes = array_remove(scopes, 'export') WHERE 'export' = ANY (scopes);
ALTER TABLE api_keys DROP CONSTRAINT api_keys_scopes_check,
  ADD CONSTRAINT api_keys_scopes_check CHECK (scopes <@ ARRAY['read', 'write', 'admin']);
`,
};
