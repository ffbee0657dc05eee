export { createLogger, type LoggerOptions } from './logger.ts';
export { createMetrics } from './metrics.ts';
export * from './port.ts';
export { keepRecentProblems, type RecentProblems } from './recent-problems.ts';
