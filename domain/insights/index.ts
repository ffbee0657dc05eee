/** Insights: definitions, planning, and the maths on rows. Pure; time, rows and retention are arguments. */
export * from './calendar.ts';
export * from './definition.ts';
export * from './fields.ts';
export * from './parse.ts';
export * from './people.ts';
export * from './period.ts';
export * from './plan.ts';
export * from './reader.ts';
export * from './trend.ts';
export { timeZoneName } from './zone.ts';
