import { proposeSchema } from '@uptake/domain/tracking-plan';
import { expect, test } from 'vitest';
import { profileEvent, type SampledEvent } from './profile.ts';

const seen = (properties: unknown, isShown = true): SampledEvent => ({
  properties,
  eventType: 'action',
  featureArea: 'projects',
  isShown,
});
const profileOf = (sample: readonly SampledEvent[]) =>
  Object.fromEntries(profileEvent('project_created', sample).properties.map((each) => [each.name, each]));

test('each property is counted by type, with its bounds and distinct values', () => {
  const { plan, size, note } = profileOf([
    seen({ plan: 'pro', size: 3 }),
    seen({ plan: 'free', size: 4.5, note: null }),
    seen({ plan: 'pro', size: '7' }),
  ]);
  expect(plan).toMatchObject({
    count: 3,
    types: { string: 3 },
    examples: ['pro', 'free'],
    distinctCount: 2,
    maxLength: 4,
  });
  expect(size).toMatchObject({ count: 3, types: { integer: 1, number: 1, string: 1 }, minimum: 3, maximum: 4.5 });
  expect(note).toMatchObject({ count: 1, types: { null: 1 }, examples: [], distinctCount: 0 });
});

test('lists and objects are looked into', () => {
  const { tags, owner } = profileOf([
    seen({ tags: ['a', 'b'], owner: { team: 'x' } }),
    seen({ tags: [], owner: { team: 'y' } }),
  ]);
  expect(tags!.items).toMatchObject({ count: 2, types: { string: 2 } });
  expect(owner!.properties).toMatchObject([{ name: 'team', count: 2, examples: ['x', 'y'] }]);
});

test('restricted and highly personal events count, and not one of their values is shown', () => {
  const sample = [seen({ plan: 'visible' }), ...Array.from({ length: 99 }, () => seen({ plan: 'hidden' }, false))];
  const { plan } = profileOf(sample);
  expect(plan).toMatchObject({ count: 100, examples: ['visible'], distinctCount: 2 });
  const proposal = proposeSchema(profileEvent('project_created', sample));
  expect(JSON.stringify(proposal)).not.toContain('hidden');
  expect(proposal.schema.properties.properties!.plan).not.toHaveProperty('enum');
});

test('long texts are somebody’s words and no example', () => {
  const { note } = profileOf([seen({ note: 'ä'.repeat(101) }), seen({ note: 'ä'.repeat(100) })]);
  expect(note).toMatchObject({ examples: ['ä'.repeat(100)], distinctCount: 2, maxLength: 101 });
});

test('what is in every event is proposed as required, what has few values as an enum', () => {
  const sample = Array.from({ length: 200 }, (_, index) =>
    seen({ path: ['blank', 'template'][index % 2], ...(index % 10 === 0 ? { hint: index } : {}) }),
  );
  const { schema, presence } = proposeSchema(profileEvent('project_created', sample));
  expect(schema).toMatchObject({ state: 'draft', event_type: 'action', feature_area: 'projects' });
  expect(schema.properties.required).toEqual(['path']);
  expect(schema.properties.properties!.path!.enum).toEqual(['blank', 'template']);
  expect(presence.map(({ name, share }) => [name, share])).toEqual([
    ['path', 1],
    ['hint', 0.1],
  ]);
});
