/** The kinds of source that ask other systems, each a driver of one kind. */
import { createPolling, type PollingDependencies } from './api-polling.ts';

export function createPullingDrivers(dependencies: PollingDependencies) {
  return { api_polling: createPolling(dependencies) };
}
