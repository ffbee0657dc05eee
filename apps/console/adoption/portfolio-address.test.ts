import { expect, test } from 'vitest';
import { portfolioAddress, readPortfolioAddress } from './portfolio-address.ts';

test('what is narrowed and sorted survives the address', () => {
  const view = {
    filter: { health: ['STALLED' as const, 'AT_RISK' as const], search: 'Müller & Söhne', productId: 'p-1' },
    sort: { by: 'DUE' as const, descending: true },
  };
  expect(readPortfolioAddress(portfolioAddress(view))).toEqual(view);
});

test('an address without parameters shows every plan, the riskiest first', () => {
  expect(readPortfolioAddress({})).toEqual({ filter: {}, sort: { by: 'RISK', descending: false } });
  expect(portfolioAddress({ filter: {}, sort: { by: 'RISK', descending: false } })).toEqual({});
});

test('what an address says that does not exist is left out', () => {
  expect(readPortfolioAddress({ health: ['STALLED', 'FINE'], sort: 'COLOUR' })).toEqual({
    filter: { health: ['STALLED'] },
    sort: { by: 'RISK', descending: false },
  });
});
