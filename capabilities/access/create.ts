/** Wires access together: who may ask, and the doors to workspaces, people and keys. */
import { randomBytes as secureRandomBytes } from 'node:crypto';
import { Problem } from '@uptake/domain/contract';
import type { OnCheckpoint } from '@uptake/domain/ledger';
import type { ControlStore } from '@uptake/io/control-store';
import type { Jobs } from '@uptake/io/jobs';
import type { Logger, Metrics } from '@uptake/io/observability';
import type { Secrets } from '@uptake/io/secrets';
import type { FastifyPluginAsync } from 'fastify';
import { recordAudit } from './audit.ts';
import { type AuditLog, createAuditLog } from './audit-log.ts';
import { auditRoutes } from './audit-routes.ts';
import { authRoutes } from './auth-routes.ts';
import { createKeyAuthenticator } from './authenticate-key.ts';
import { createRequestAuthenticator } from './authenticate-request.ts';
import {
  type BootstrapResult,
  type BootstrapValues,
  bootstrapInstallation,
  type EnsuredWorkspace,
  ensureWorkspace,
  type WantedWorkspace,
} from './bootstrap.ts';
import { createConfigurationWatch } from './configuration-watch.ts';
import { environmentRoutes } from './environment-routes.ts';
import { createEnvironments } from './environments.ts';
import { scheduleHousekeeping } from './housekeeping.ts';
import { findEnvironment } from './key.query.ts';
import { keyOfHeaders, type RandomBytes } from './key-format.ts';
import { createKeys, type Keys } from './keys.ts';
import { memberRoutes } from './member-routes.ts';
import { createMembers, type Members } from './members.ts';
import { operatorRoutes } from './operator-routes.ts';
import { createOperators, type Operators } from './operators.ts';
import { createPasswordReset, type ResetPassword } from './passwords.ts';
import { createPeople } from './people.ts';
import type { AccessReadModel } from './read-model.ts';
import { createRequestLimiter } from './request-limiter.ts';
import { accessRoutes } from './routes.ts';
import { createWorkspaces, type Workspaces } from './workspaces.ts';

export { type AuditLog, type ChainState, INSTALLATION_CHAIN } from './audit-log.ts';
export type { BootstrapResult, BootstrapValues, EnsuredWorkspace, WantedWorkspace } from './bootstrap.ts';
export type { KeyRow, Keys, MadeKey, NewKey } from './keys.ts';
export type { Members } from './members.ts';
export type { Operator, Operators } from './operators.ts';
export type { Workspaces } from './workspaces.ts';

export type AccessDependencies = {
  readonly controlStore: ControlStore;
  readonly secrets: Secrets;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly nowMs: () => number;
  /** Where the console is reached: cookies and the check of origins follow it. */
  readonly baseUrl: string;
  readonly bootstrap: BootstrapValues;
  /** Of one key, at all doors but that of events; none where it is absent or 0. */
  readonly requestsPerSecond?: number;
  readonly randomBytes?: RandomBytes;
  /** Told when a person got a step further with their workspace. */
  readonly onCheckpoint?: OnCheckpoint;
};

export type Access = {
  /** `/api/auth/*` and the access rows of `/api/v1`. */
  readonly routes: FastifyPluginAsync;
  readonly readModel: AccessReadModel;
  readonly keys: Keys;
  readonly workspaces: Workspaces;
  readonly members: Members;
  readonly operators: Operators;
  /** For the command line alone. */
  readonly resetPassword: ResetPassword;
  readonly auditLog: AuditLog;
  /** On first start makes the default workspace; later does nothing. */
  bootstrap(): Promise<BootstrapResult>;
  /** For the demo: finds or makes a workspace, with fresh write keys. */
  ensureWorkspace(wanted: WantedWorkspace): Promise<EnsuredWorkspace>;
  /** Adds what access has to do every night. */
  schedule(jobs: Jobs): Promise<void>;
};

export function createAccess(dependencies: AccessDependencies): Access {
  const { controlStore, secrets, logger, metrics, nowMs, baseUrl, bootstrap } = dependencies;
  const randomBytes = dependencies.randomBytes ?? secureRandomBytes;
  const watch = createConfigurationWatch({ controlStore, nowMs, logger });
  const authenticator = createKeyAuthenticator({ controlStore, nowMs, logger, metrics, watch });
  const changes = { controlStore, randomBytes, nowMs, onChange: authenticator.forget };
  const people = createPeople({ controlStore, secrets, logger, baseUrl });
  const limiter = createRequestLimiter(dependencies.requestsPerSecond ?? 0, nowMs);
  const requests = createRequestAuthenticator({ controlStore, keys: authenticator, people, limiter, baseUrl });
  const keys = createKeys(changes);
  const workspaces = createWorkspaces({ controlStore, nowMs });
  const members = createMembers({ controlStore, randomBytes, nowMs });
  const operators = createOperators({ controlStore, nowMs });
  const authenticateOperator: AccessReadModel['authenticateOperator'] = async (request) => {
    const member = await requests.authenticateRequest(request, { allow: ['member'] });
    if (member.kind !== 'member' || !(await operators.isOperator(member.userId))) {
      throw new Problem('forbidden', 'This is for operators of the installation.');
    }
    return member;
  };
  const readModel: AccessReadModel = {
    authenticateKey: authenticator.authenticateKey,
    authenticateKeyCached: authenticator.authenticateKeyCached,
    authenticateRequest: requests.authenticateRequest,
    authenticateOperator,
    keyOfHeaders,
    environmentsOf: workspaces.environmentsOf,
    collectingEnvironment: (workspaceId, environmentId) => findEnvironment(controlStore, workspaceId, environmentId),
    membersOf: members.list,
    configuration: watch,
    audit: (entry) => controlStore.asSystem((tx) => recordAudit(tx, entry, nowMs())),
  };
  const auditLog = createAuditLog({ controlStore });
  const auth = authRoutes({
    people,
    audit: readModel.audit,
    metrics,
    baseUrl,
    addressKey: secrets.subkey('pseudonyms'),
  });
  const { onCheckpoint } = dependencies;
  const rest = accessRoutes({ ...requests, controlStore, keys, workspaces, operators, onCheckpoint });
  return {
    routes: async (app) => {
      await app.register(auth);
      await app.register(rest);
      await app.register(environmentRoutes(createEnvironments(changes), requests));
      await app.register(memberRoutes(members, requests));
      await app.register(operatorRoutes(operators, authenticateOperator));
      await app.register(auditRoutes(auditLog, readModel));
    },
    readModel,
    keys,
    workspaces,
    members,
    operators,
    resetPassword: createPasswordReset({ controlStore, randomBytes, nowMs }),
    auditLog,
    bootstrap: () => bootstrapInstallation(changes, bootstrap),
    ensureWorkspace: (wanted) => ensureWorkspace(changes, wanted),
    schedule: (jobs) => scheduleHousekeeping(jobs, controlStore, nowMs),
  };
}
