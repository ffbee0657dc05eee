/** Why a flow is kept as it is, in words. */
import type { Bound, Favour, KeepRate } from './api.ts';

const FAVOURS: Readonly<Record<Favour, string>> = {
  new_tenant: 'new tenants',
  new_release: 'new release',
  experiment: 'running experiment',
  rising_errors: 'errors rising here',
};

const BOUNDS: Readonly<Record<Bound, string>> = {
  protected: 'error, outcome or feedback: always kept',
  fits: 'fits the budget',
  area_budget: 'held by the budget of its area',
  environment_budget: 'held by the budget of the environment',
  floor: 'at the least share there is',
};

export function whyKept({ bound, favours }: Pick<KeepRate, 'bound' | 'favours'>): string {
  if (favours.length === 0) return BOUNDS[bound];
  const favoured = `favoured: ${favours.map((favour) => FAVOURS[favour]).join(', ')}`;
  return bound === 'fits' ? `${favoured}; ${BOUNDS.fits}` : `${BOUNDS[bound]}, ${favoured}`;
}

export function areaName(featureArea: string): string {
  return featureArea === '' ? 'no feature area' : featureArea;
}

/** A number a person typed, grouping allowed; `undefined` where it is none above zero. */
export function readCount(text: string): number | undefined {
  const digits = text.replaceAll(/[\s,_.']/g, '');
  const count = Number(digits);
  return /^\d+$/.test(digits) && Number.isSafeInteger(count) && count > 0 ? count : undefined;
}
