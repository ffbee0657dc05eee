/** Budgets: what is kept of an event stream, with which weight, and how to count from it without bias. Pure. */
export * from './allocation.ts';
export * from './budget.ts';
export * from './controller.ts';
export * from './estimators.ts';
export * from './hash.ts';
export * from './panel.ts';
export * from './sampler.ts';
export * from './shaping.ts';
export * from './strata.ts';
export * from './traffic.ts';
export * from './weights.ts';
