export { createJobs, type JobsOptions } from './jobs.ts';
export * from './port.ts';
