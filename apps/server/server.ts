/** The whole product in one process: opens the stores, wires the capabilities by role, listens. */
import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import fastifySwagger from '@fastify/swagger';
import fastifySwaggerUi from '@fastify/swagger-ui';
import { createAccess } from '@uptake/capabilities/access';
import { createAdoption, createNotices, createOwnDrivers, createPullingDrivers } from '@uptake/capabilities/adoption';
import { createCollect, createLive } from '@uptake/capabilities/collect';
import { createWriter } from '@uptake/capabilities/collect/writer';
import { createGovern } from '@uptake/capabilities/govern';
import { createBudgets } from '@uptake/capabilities/govern/budgets';
import { createDeadLetterRoom } from '@uptake/capabilities/govern/dead-letters';
import { createOversight } from '@uptake/capabilities/govern/oversight';
import { createPrivacy } from '@uptake/capabilities/govern/privacy';
import { createQuality, createRefusedSince } from '@uptake/capabilities/govern/quality';
import { createInsights } from '@uptake/capabilities/insights';
import { createOperations } from '@uptake/capabilities/operations';
import { createDiagnostics } from '@uptake/capabilities/operations/diagnostics';
import { createReporting } from '@uptake/capabilities/operations/reports';
import { createSelfTelemetry, pruneLedger } from '@uptake/capabilities/operations/self-telemetry';
import { Problem } from '@uptake/domain/contract';
import { scrubText } from '@uptake/domain/privacy';
import { type Config, describeSettings } from '@uptake/io/config';
import { openCountries } from '@uptake/io/geography';
import { createJobs } from '@uptake/io/jobs';
import { createMailer } from '@uptake/io/mail';
import { createOutbound } from '@uptake/io/outbound';
import { openRefusedRows } from '@uptake/io/refused-rows';
import { isDemoLoaded, runDemo } from './demo.ts';
import { type FirstSignIn, keepFirstSignIn, readFirstSignIn } from './first-sign-in.ts';
import { createGraphSchema } from './graph-schema.ts';
import { graphRoutes } from './graphql.ts';
import { createHttp, noteDoors } from './http.ts';
import { listen } from './listen.ts';
import { liveRoutes } from './live-routes.ts';
import { DOCS_PAGE, OPENAPI } from './openapi.ts';
import manifest from './package.json' with { type: 'json' };
import { registerPages } from './pages.ts';
import { registerProbes } from './probes.ts';
import { registerProblemPage } from './problem-page.ts';
import { readinessOf } from './readiness.ts';
import { openStores, type Stores } from './stores.ts';

export { PortInUse } from './listen.ts';

export type RunningServer = {
  readonly url: string;
  readonly port: number;
  readonly signIn: { readonly email: string; readonly password: string | undefined };
  readonly writeKey: string | undefined;
  readonly isLoadingDemo: boolean;
  readonly startedInMs: number;
  /** Every method and path there is, hidden ones too: what says who may knock where is held against it. */
  readonly doors: readonly string[];
  /** Work that need not hold up the start: loads the demo where asked for. Resolves when it is done. */
  afterStart(): Promise<void>;
  /** Stops listening, finishes what is under way, closes the stores. */
  close(): Promise<void>;
};

/** Requirement E6; what is raw is set by TELEMETRY_RETENTION_DAYS. */
const RETENTION_LIMITS = { restrictedDays: 30, aggregatedDays: 365 } as const;
const EVENTS_BODY_TIMEOUT_MS = 15_000;
/** What is enqueued in this process starts at once; this is for schedules and for what other processes enqueue. */
const JOB_POLL_MS = 5_000;

/** Resolves once every door of the process's roles answers. Rejects without leaving anything open. */
export async function startServer(config: Config): Promise<RunningServer> {
  const startedMs = performance.now();
  const stores = await openStores(config);
  try {
    return await startWith(config, stores, startedMs);
  } catch (error) {
    await stores.close();
    throw error;
  }
}

async function startWith(config: Config, stores: Stores, startedMs: number): Promise<RunningServer> {
  const { logger, metrics, eventLog, eventStore, directory } = stores;
  const nowMs = Date.now;
  const roles = new Set(config.roles);
  const baseUrl = config.publicUrl ?? `http://localhost:${config.port}`;

  const access = createAccess({
    ...stores,
    nowMs,
    baseUrl,
    bootstrap: bootstrapValues(config),
    requestsPerSecond: config.requestsPerSecondLimit,
    // Told long after everything here stands: each is somebody's request.
    onCheckpoint: (principal, checkpoint) => selfTelemetry.onCheckpoint(principal, checkpoint),
  });
  const signIn = await firstSignIn(access, directory.path);
  const budgets = createBudgets({
    ...stores,
    access: access.readModel,
    nowMs,
    randomSeed: () => randomInt(2 ** 31),
  });
  const govern = createGovern({
    ...stores,
    access: access.readModel,
    nowMs,
    refusedSince: createRefusedSince(eventStore, nowMs),
    // Told long after everything here stands: each is somebody's request.
    onCheckpoint: (principal, checkpoint) => selfTelemetry.onCheckpoint(principal, checkpoint),
  });
  const privacy = createPrivacy({
    ...stores,
    access: access.readModel,
    randomBytes,
    nowMs,
    retentionDays: config.retentionDays,
    countrySources: [
      ...(config.countryHeader === undefined ? [] : (['header'] as const)),
      ...(config.countryTable ? (['table'] as const) : []),
    ],
  });
  await privacy.start();
  const collect = createCollect({
    eventLog,
    access: access.readModel,
    plans: govern.readModel.plans,
    budgetOf: budgets.budgetOf,
    pseudonyms: privacy.pseudonyms,
    bridgeOf: privacy.bridgeOf,
    ...(config.countryTable && { countryOfAddress: openCountries({ logger }).of }),
    metrics,
    nowMs,
    monotonicMs: () => performance.now(),
    randomUuid: randomUUID,
    settings: {
      isEnabled: config.telemetryEnabled,
      retentionDays: config.retentionDays,
      countryHeader: config.countryHeader?.toLowerCase(),
      regionHeader: config.regionHeader?.toLowerCase(),
      defaultEventsPerSecond: config.eventsPerSecondLimit === 0 ? undefined : config.eventsPerSecondLimit,
      bodyTimeoutMs: EVENTS_BODY_TIMEOUT_MS,
    },
  });
  const refusedRows = openRefusedRows(directory.refusedRows);
  const writer = createWriter({
    eventLog,
    eventStore,
    refusedRows,
    batchEvents: config.writeBatchEvents,
    intervalMs: config.writeIntervalMs,
    nowMs,
    logger,
    metrics,
  });
  const jobs = createJobs({
    controlStore: stores.controlStore,
    nowMs,
    randomUuid: randomUUID,
    logger,
    scrub: scrubText,
    pollMs: JOB_POLL_MS,
    // The embedded store lies in a directory that one process locks.
    isOnlyProcess: config.databaseUrl === undefined,
  });
  const live = createLive({ eventLog, metrics });
  const selfTelemetry = createSelfTelemetry({
    ...stores,
    ingest: collect.ingest,
    access: access.readModel,
    freshness: writer.freshness,
    appVersion: manifest.version,
    ledgerRetentionDays: config.ledgerRetentionDays,
    nowMs,
    randomUuid: randomUUID,
  });
  const oversight = createOversight({
    ...stores,
    refusedRows,
    access: access.readModel,
    jobs,
    pseudonymsOf: privacy.pseudonymsOf,
    freshness: writer.freshness,
    flushLinks: privacy.flush,
    record: selfTelemetry.record,
    scrub: scrubText,
    nowMs,
    limits: { ...RETENTION_LIMITS, rawDays: config.retentionDays },
    pruneLedger: () => pruneLedger({ ...stores, ...config, nowMs }, { isDryRun: false }),
  });
  const deadLetters = createDeadLetterRoom({
    ...stores,
    access: access.readModel,
    jobs,
    replay: collect.replay,
    freshness: writer.freshness,
    record: selfTelemetry.record,
    scrub: scrubText,
    nowMs,
  });
  const quality = createQuality({ ...stores, access: access.readModel, jobs, freshness: writer.freshness, nowMs });
  const insights = createInsights({
    eventStore,
    freshness: writer.freshness,
    access: access.readModel,
    bridgesOf: privacy.bridgesOf,
    seePeople: oversight.approvals.use,
    nowMs,
    logger,
    metrics,
    retentionDays: config.retentionDays,
    onCheckpoint: selfTelemetry.onCheckpoint,
  });
  const reporting = createReporting({
    ...stores,
    access: access.readModel,
    ask: insights.reply,
    peopleOver: insights.readModel.peopleOver,
    jobs,
    freshness: writer.freshness,
    record: selfTelemetry.record,
    scrub: scrubText,
    nowMs,
    retentionDays: config.retentionDays,
  });
  const diagnostics = createDiagnostics({
    ...stores,
    access: access.readModel,
    record: selfTelemetry.record,
    readiness: () => readinessOf(stores, writer),
    settings: describeSettings(config),
    versions: {
      uptake: manifest.version,
      node: process.versions.node,
      platform: `${process.platform} ${process.arch}`,
    },
    scrub: scrubText,
    nowMs,
  });
  const operations = createOperations({
    eventStore,
    access: access.readModel,
    freshness: writer.freshness,
    writerTrouble: () => writer.trouble()?.message,
    qualityAlerts: quality.alertsOf,
    nowMs,
  });

  const mailer = createMailer({ url: config.smtpUrl, from: config.mailFrom });
  const outbound = createOutbound({
    allow: config.outboundAllow ?? [],
    userAgent: `Uptake/${manifest.version}`,
    nowMs,
    random: Math.random,
  });
  const { tell, digests } = createNotices({
    ...stores,
    jobs,
    mailer,
    outbound,
    nowMs,
    newId: randomUUID,
    randomBytes,
    baseUrl,
  });
  const adoption = createAdoption({
    ...stores,
    access: access.readModel,
    jobs,
    nowMs,
    newId: randomUUID,
    randomBytes,
    baseUrl,
    drivers: {
      ...createOwnDrivers({ ask: insights.readModel.trend, randomBytes }),
      ...createPullingDrivers({ outbound, nowMs }),
    },
    tell,
    collected: { eventLog, freshness: writer.freshness },
  });

  const app = createHttp({ logger, metrics, trustProxy: config.trustProxy });
  const doors = noteDoors(app);
  await app.register(fastifySwagger, { openapi: OPENAPI });
  await app.register(fastifySwaggerUi, DOCS_PAGE);
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
  registerProblemPage(app);
  registerProbes(app, { metrics, readiness: () => readinessOf(stores, writer) });
  await app.register(access.routes);
  await app.register(budgets.routes);
  await app.register(privacy.routes);
  if (roles.has('collect')) await app.register(collect.routes);
  if (roles.has('query')) {
    await app.register(adoption.routes);
    await app.register(
      graphRoutes({ schema: createGraphSchema({ adoption: adoption.service }), access: access.readModel, logger }),
    );
    await app.register(govern.routes);
    await app.register(oversight.routes);
    await app.register(deadLetters.routes);
    await app.register(quality.routes);
    await app.register(async (questions) => {
      if (!config.analyticsEnabled) questions.addHook('onRequest', refuseQuestions);
      await questions.register(insights.routes);
      await questions.register(operations.routes);
      await questions.register(selfTelemetry.routes);
      await questions.register(diagnostics.routes);
      await questions.register(reporting.routes);
      await questions.register(liveRoutes(live, access.readModel));
    });
    await registerPages(app);
  }
  await access.schedule(jobs);
  await selfTelemetry.schedule(jobs);
  await adoption.schedule();
  await digests.schedule();
  await oversight.schedule();
  await deadLetters.resume();
  await quality.schedule();
  if (roles.has('collect')) await budgets.start();
  if (roles.has('write')) writer.start();
  if (roles.has('schedule')) {
    adoption.start();
    await jobs.start();
  }
  await listen(app, config);

  const { port } = app.server.address() as { port: number };
  const stopping = new AbortController();
  const demo = { isLoading: false, done: Promise.resolve() };
  return {
    url: `http://${config.host === '0.0.0.0' || config.host === '127.0.0.1' ? 'localhost' : config.host}:${port}`,
    port,
    signIn: { email: signIn?.email ?? 'your address', password: signIn?.password },
    writeKey: signIn?.writeKey,
    isLoadingDemo: config.demo && !isDemoLoaded(directory.path),
    startedInMs: performance.now() - startedMs,
    doors,
    async afterStart() {
      if (!config.demo || signIn === undefined) return;
      demo.done = runDemo({
        directory: directory.path,
        ownerUserId: signIn.adminUserId,
        access,
        collect,
        privacy,
        govern,
        adoption,
        nowMs,
        randomUuid: randomUUID,
        logger,
        signal: stopping.signal,
      }).catch((error: unknown) => {
        if (!stopping.signal.aborted) logger.error({ error }, 'the demo workspace could not be loaded');
      });
      await demo.done;
    },
    async close() {
      stopping.abort();
      live.close();
      await demo.done;
      await app.close();
      await collect.stop();
      await selfTelemetry.settled();
      await budgets.stop();
      await privacy.stop();
      await writer.stop();
      await adoption.stop();
      await jobs.stop();
      mailer.close();
      await outbound.close();
      await stores.close();
    },
  };
}

function bootstrapValues(config: Config) {
  return {
    adminEmail: config.bootstrapAdminEmail,
    adminPassword: config.bootstrapAdminPassword,
    writeKey: config.bootstrapWriteKey,
    secretKey: config.bootstrapSecretKey,
  };
}

async function firstSignIn(
  access: ReturnType<typeof createAccess>,
  directory: string,
): Promise<FirstSignIn | undefined> {
  const result = await access.bootstrap();
  return result.isFirstStart ? keepFirstSignIn(directory, result) : readFirstSignIn(directory);
}

async function refuseQuestions(): Promise<void> {
  throw new Problem('forbidden', 'Questions are switched off on this server (TELEMETRY_ANALYTICS_ENABLED).');
}
