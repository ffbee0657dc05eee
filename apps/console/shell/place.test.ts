import { describe, expect, test } from 'vitest';
import type { Environment, Product, Workspace } from '../api/types.ts';
import { canManage, findEnvironment } from './place.ts';

const environment = (slug: string): Environment => ({ id: slug, slug, name: slug, mode: 'observe', policy: 'full' });
const product = (slug: string, ...slugs: string[]): Product => ({
  id: slug,
  slug,
  name: slug,
  environments: slugs.map(environment),
});
const workspace: Workspace = {
  id: 'w',
  slug: 'acme',
  name: 'Acme',
  products: [product('empty'), product('atlas', 'production', 'staging'), product('quill', 'production')],
};
const found = (wanted: Parameters<typeof findEnvironment>[1], remembered: Parameters<typeof findEnvironment>[2]) => {
  const place = findEnvironment(workspace, wanted, remembered);
  return place && `${place.product.slug}/${place.environment.slug}`;
};

describe('the environment shown', () => {
  test('is the one in the address', () => {
    expect(found({ product: 'quill', environment: 'production' }, { product: 'atlas', environment: 'staging' })).toBe(
      'quill/production',
    );
  });

  test('is the remembered one where the address names none, or one that is gone', () => {
    const remembered = { product: 'atlas', environment: 'staging' };
    expect(found({}, remembered)).toBe('atlas/staging');
    expect(found({ product: 'quill', environment: 'gone' }, remembered)).toBe('atlas/staging');
  });

  test('is else the first there is, past products without any', () => {
    expect(found({}, {})).toBe('atlas/production');
    expect(findEnvironment({ ...workspace, products: [product('empty')] }, {}, {})).toBeUndefined();
  });
});

test('owners and admins manage, analysts and viewers look', () => {
  const may = (role: 'owner' | 'admin' | 'analyst' | 'viewer') => canManage({ id: 'w', name: 'A', slug: 'a', role });
  expect([may('owner'), may('admin'), may('analyst'), may('viewer')]).toEqual([true, true, false, false]);
});
