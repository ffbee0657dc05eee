import { describe, expect, test } from 'vitest';
import type { ApiKey, Workspace } from '../api/types.ts';
import { environmentNameOf, isUsable, lossOf, statusOf } from './key-status.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const key: ApiKey = {
  id: 'k1',
  kind: 'write',
  name: 'Web app',
  prefix: 'upk_w_3fA9',
  product_id: 'p1',
  environment_id: 'e1',
  scopes: [],
  allowed_addresses: [],
  events_per_second_limit: null,
  created_at: '2026-11-01T00:00:00Z',
  expires_at: null,
  revoked_at: null,
  last_used_at: '2026-11-21T11:57:00Z',
};
const workspace: Workspace = {
  id: 'w1',
  name: 'Acme',
  slug: 'acme',
  products: [
    {
      id: 'p1',
      slug: 'atlas',
      name: 'Atlas',
      environments: [{ id: 'e1', slug: 'production', name: 'Production', mode: 'observe', policy: 'full' }],
    },
  ],
};

describe('a key', () => {
  test.each([
    [{}, 'active', 'active', true],
    [{ expires_at: '2026-11-22T12:00:00Z' }, 'ending', 'expires in 1 day', true],
    [{ expires_at: '2026-11-21T12:00:00Z' }, 'expired', 'expired just now', false],
    [
      { revoked_at: '2026-11-21T10:00:00Z', expires_at: '2026-11-22T12:00:00Z' },
      'revoked',
      'revoked 2 hours ago',
      false,
    ],
  ])('with %j is %s', (dates, kind, text, usable) => {
    expect(statusOf({ ...key, ...dates }, NOW)).toEqual({ kind, text });
    expect(isUsable({ ...key, ...dates }, NOW)).toBe(usable);
  });

  test('names the environment it belongs to', () => {
    expect(environmentNameOf(workspace, 'e1')).toBe('Atlas · Production');
    expect(environmentNameOf(workspace, null)).toBe('All environments');
  });

  test('says what revoking loses: where it sends and when it was last used', () => {
    const loss = lossOf(key, workspace, NOW);
    expect(loss).toContain('Atlas · Production');
    expect(loss).toContain('3 minutes ago');
    expect(lossOf({ ...key, kind: 'secret', last_used_at: null }, workspace, NOW)).toContain('Acme');
  });
});
