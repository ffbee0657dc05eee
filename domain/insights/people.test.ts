import { expect, test } from 'vitest';
import type { TrendDefinition } from './definition.ts';
import { parseTrendDefinition } from './parse.ts';
import { peopleAsked } from './people.ts';

const user = (...ids: string[]) => ({ field: 'user_id', operator: 'in', value: ids });
const tenant = { field: 'tenant_id', operator: 'equals', value: 'acme' };

function definition(parts: Record<string, unknown>): TrendDefinition {
  const whole = { kind: 'trend', series: [{}], period: { last: 7, unit: 'day' }, ...parts };
  const parsed = parseTrendDefinition(whole, { mayNamePeople: true });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  return parsed.value;
}

test.each([
  ['counts alone', {}, undefined],
  ['counts of a tenant', { filters: [tenant] }, undefined],
  ['a breakdown by user', { breakdown: { field: 'user_id' } }, { people: 'anyone', tenantId: undefined }],
  ['a breakdown by session', { breakdown: { field: 'session_id' } }, { people: 'anyone', tenantId: undefined }],
  [
    'a breakdown by user within a tenant',
    { breakdown: { field: 'user_id' }, filters: [tenant] },
    { people: 'anyone', tenantId: 'acme' },
  ],
  ['a filter on users', { filters: [user('a', 'b')] }, { people: ['a', 'b'], tenantId: undefined }],
  [
    'everybody but one',
    { filters: [{ field: 'user_id', operator: 'not_equals', value: 'a' }] },
    { people: 'anyone', tenantId: undefined },
  ],
  [
    'series of one person each',
    { series: [{ filters: [user('a')] }, { filters: [user('b')] }] },
    { people: ['a', 'b'], tenantId: undefined },
  ],
  [
    'one series of a person beside one of everybody, broken down by session',
    { series: [{ filters: [user('a')] }, {}], breakdown: { field: 'session_id' } },
    { people: 'anyone', tenantId: undefined },
  ],
])('%s', (_, parts, expected) => {
  expect(peopleAsked(definition(parts))).toEqual(expected);
});

test('without leave nobody can be named at all', () => {
  const whole = { kind: 'trend', series: [{}], period: { last: 7, unit: 'day' }, breakdown: { field: 'user_id' } };
  expect(parseTrendDefinition(whole)).toMatchObject({ ok: false, errors: [{ path: '/breakdown/field' }] });
});
