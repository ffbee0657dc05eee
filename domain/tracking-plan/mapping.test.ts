import { describe, expect, test } from 'vitest';
import { applyMapping, parseMapping } from './mapping.ts';

const sent = {
  event_id: '6f0c7a3e-9f0d-4a52-8f43-0a4f4a0f5a11',
  event_name: 'projekt_erstellt',
  user_id: 'u-7',
  feature_area: 'Projects',
  properties: { planNmae: 'größer', seats: '12', trial: 'true', nested: { a: 1, b: 2 }, creation: 'vorlage' },
};

describe('a mapping', () => {
  test('renames, moves, drops, converts, replaces and sets what is absent, in its order', () => {
    const mapping = parseMapping({
      steps: [
        { op: 'rename_event', to: 'project_created' },
        { op: 'rename', from: '/properties/planNmae', to: '/properties/plan' },
        { op: 'rename', from: '/properties/nested/a', to: '/properties/first' },
        { op: 'drop', path: '/properties/nested' },
        { op: 'convert', path: '/properties/seats', to: 'integer' },
        { op: 'convert', path: '/properties/trial', to: 'boolean' },
        { op: 'convert', path: '/properties/first', to: 'string' },
        { op: 'replace', path: '/properties/creation', values: { vorlage: 'template' } },
        { op: 'default', path: '/properties/source', value: ['import'] },
        { op: 'default', path: '/properties/seats', value: 1 },
        { op: 'replace', path: '/feature_area', values: { Projects: 'projects' } },
        { op: 'drop', path: '/properties/absent/too' },
      ],
    });
    if (Array.isArray(mapping)) throw new Error(JSON.stringify(mapping));
    const before = structuredClone(sent);
    expect(applyMapping(sent, mapping)).toEqual({
      event_id: sent.event_id,
      event_name: 'project_created',
      user_id: 'u-7',
      feature_area: 'projects',
      properties: { plan: 'größer', seats: 12, trial: true, first: '1', creation: 'template', source: ['import'] },
    });
    expect(sent).toEqual(before);
  });

  test('keeps the value that is there when a rename meets one', () => {
    const steps = [{ op: 'rename', from: '/properties/seats', to: '/properties/trial' } as const];
    expect(applyMapping(sent, { steps }).properties).not.toHaveProperty('seats');
    expect(applyMapping(sent, { steps }).properties).toMatchObject({ trial: 'true' });
  });

  test.each([
    ['', ''],
    ['0x10', '0x10'],
    ['1e999', '1e999'],
    ['zwölf', 'zwölf'],
    [' 3.7 ', 4],
    [true, 1],
    [null, null],
  ])('converts %j to a whole number only where it is written as one', (value, converted) => {
    const mapping = { steps: [{ op: 'convert', path: '/properties/n', to: 'integer' } as const] };
    expect(applyMapping({ properties: { n: value } }, mapping)).toEqual({ properties: { n: converted } });
  });

  test('never reaches prototypes', () => {
    const steps = [{ op: 'default', path: '/properties/constructor/prototype/polluted', value: 'yes' } as const];
    applyMapping({ properties: {} }, { steps });
    expect(({} as { polluted?: string }).polluted).toBeUndefined();
    expect(parseMapping({ steps: [{ op: 'default', path: '/properties/__proto__/x', value: 1 }] })).toMatchObject([
      { path: '/steps/0/path' },
    ]);
  });

  test.each([
    [{ op: 'rename', from: '/user_id', to: '/properties/user' }, '/steps/0/from'],
    [{ op: 'rename', from: '/properties/user', to: '/tenant_id' }, '/steps/0/to'],
    [{ op: 'default', path: '/event_id', value: 'x' }, '/steps/0/path'],
    [{ op: 'default', path: '/properties/contact', value: 'anna.berg@example.org' }, '/steps/0/value'],
    [{ op: 'default', path: '/properties/contact', value: { deep: ['call +49 30 901820'] } }, '/steps/0/value'],
    [{ op: 'replace', path: '/properties/who', values: { a: 'anna.berg@example.org' } }, '/steps/0/values'],
    [{ op: 'rename', from: '/properties/a', to: '/properties/anna.berg@example.org' }, '/steps/0/to'],
    [{ op: 'rename_event', to: 'Project Created' }, '/steps/0/to'],
    [{ op: 'convert', path: '/properties/a', to: 'date' }, '/steps/0/to'],
    [{ op: 'drop', path: '/properties' }, '/steps/0/path'],
    [{ op: 'drop', path: 'properties.a' }, '/steps/0/path'],
    [{ op: 'drop', path: '/properties/a', why: 'no' }, '/steps/0/why'],
    [{ op: 'eval', code: '1' }, '/steps/0/op'],
    [{ op: 'default', path: '/properties/a' }, '/steps/0/value'],
  ])('is refused at the place that is wrong: %j', (step, path) => {
    expect(parseMapping({ steps: [step] })).toEqual([expect.objectContaining({ path })]);
  });
});
