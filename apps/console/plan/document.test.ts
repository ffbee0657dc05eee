import { expect, test } from 'vitest';
import { documentText, emptyDraft, lineOf, parseDocument } from './document.ts';

const schema = {
  ...emptyDraft('project_created'),
  properties: {
    type: 'object',
    properties: { 'a/b': { enum: ['x', 'y'] }, size: { type: 'integer' } },
    required: ['size'],
  },
} as const;
const text = documentText(schema);
const lineWith = (part: string) => text.split('\n').findIndex((line) => line.includes(part)) + 1;

test.each([
  ['', 1],
  ['/owner', lineWith('"owner"')],
  ['/properties/properties/a~1b', lineWith('"a/b"')],
  ['/properties/properties/a~1b/enum/1', lineWith('"y"')],
  ['/properties/properties/size/type', lineWith('"integer"')],
])('the place %j stands on the line that says it', (path, line) => {
  expect(lineOf(text, path)).toBe(line);
});

test('a place that is missing is shown where it belongs', () => {
  expect(lineOf(text, '/properties/properties/size/maximum')).toBe(lineWith('"size": {'));
});

test('in a text laid out in another way no line is claimed', () => {
  expect(lineOf(JSON.stringify(schema), '/owner')).toBeUndefined();
  expect(lineOf('{', '/owner')).toBeUndefined();
});

test('what is no JSON object is said to be none', () => {
  expect(parseDocument(text)).toEqual({ document: JSON.parse(text) });
  expect(parseDocument('[]')).toEqual({ mistake: 'An event schema is a JSON object.' });
  expect(parseDocument('{"a":')).toMatchObject({ mistake: expect.stringContaining('This is no JSON') });
});
