import { describe, expect, test } from 'vitest';
import { nameOf, outcomeInWords, pointerOf, stepInWords, wrongInWords } from './words.ts';

describe('a mapping in words', () => {
  test.each([
    [{ op: 'rename', from: '/properties/pages', to: '/properties/page_count' }, 'Move pages to page_count'],
    [{ op: 'drop', path: '/properties/debug' }, 'Leave debug out'],
    [{ op: 'default', path: '/feature_area', value: 'editor' }, 'Where feature_area is missing, say "editor"'],
    [{ op: 'convert', path: '/properties/size/px', to: 'integer' }, 'Read size.px as a whole number'],
    [{ op: 'replace', path: '/properties/plan', values: { pro: 'business' } }, 'In plan, replace “pro” by "business"'],
    [{ op: 'rename_event', to: 'document_saved' }, 'Call the event document_saved'],
  ] as const)('%j', (step, words) => {
    expect(stepInWords(step)).toBe(words);
  });
});

test('a name that was typed points where it is meant, and reads back the same', () => {
  const fields = ['feature_area'];
  expect(pointerOf('feature_area', fields)).toBe('/feature_area');
  expect(pointerOf('a/b~c', fields)).toBe('/properties/a~1b~0c');
  for (const name of ['feature_area', 'plan.tier', 'a/b~c']) expect(nameOf(pointerOf(name, fields))).toBe(name);
});

test('what is wrong can go on with where it is', () => {
  expect(wrongInWords({ reason_text: 'What is particular to an event belongs in `properties`.' })).toBe(
    'What is particular to an event belongs in properties',
  );
});

test('an outcome says its reason, but for what is accepted', () => {
  expect(outcomeInWords({ result: 'rejected', reason: 'property_invalid', events: 1_200 })).toBe(
    '1,200 would be refused again (property_invalid)',
  );
  expect(outcomeInWords({ result: 'accepted', reason: '', events: 3 })).toBe('3 would be accepted');
});
