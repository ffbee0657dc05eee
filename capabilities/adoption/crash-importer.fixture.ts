/** For the crash test: imports a file into the control store of a directory and says when it begins; it is killed meanwhile. */
import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Principal } from '@uptake/domain/contract';
import { openPgliteControlStore } from '@uptake/io/control-store';
import { createJobs } from '@uptake/io/jobs';
import { createLogger } from '@uptake/io/observability';
import { openSecrets } from '@uptake/io/secrets';
import { createAdoption } from './create.ts';

const [directory = '', planId = '', file = '', principal = '', secretKey = ''] = process.argv.slice(2);
const controlStore = await openPgliteControlStore({ directory });
const logger = createLogger({ level: 'silent', scrub: (text) => text });
const jobs = createJobs({
  controlStore,
  nowMs: Date.now,
  randomUuid: randomUUID,
  logger,
  scrub: (text) => text,
  pollMs: 1_000,
});
const { service } = createAdoption({
  controlStore,
  access: { membersOf: async () => [], authenticateRequest: () => Promise.reject(new Error('nobody asks here')) },
  secrets: openSecrets({ secretKey }),
  jobs,
  // As notices do it.
  tell: async (tx, news) => {
    for (const each of news) await jobs.enqueueIn(tx, 'told', each);
  },
  logger,
  nowMs: Date.now,
  newId: randomUUID,
  randomBytes,
  baseUrl: 'http://localhost:4400',
  drivers: {},
});
console.log('importing');
const sent = { name: 'filled.xlsx', bytes: readFileSync(file) };
const started = performance.now();
await service.importCustomerTelemetry(JSON.parse(principal) as Principal, planId, sent, { isPreview: false });
console.log(`imported ${Math.round(performance.now() - started)}`);
await controlStore.close();
