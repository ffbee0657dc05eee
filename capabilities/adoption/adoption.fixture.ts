/** Adoption on a real embedded control store, with people of every role: in one call. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { MemberRole, Principal } from '@uptake/domain/contract';
import { createJobs, type Jobs } from '@uptake/io/jobs';
import { createLogger } from '@uptake/io/observability';
import { openSecrets, type Secrets } from '@uptake/io/secrets';
import { openTestAccess, TEST_ADMIN, TEST_BASE_URL, type TestAccess } from '../access/testing.ts';
import { type Adoption, createAdoption, type News } from './create.ts';
import type { Tell } from './dependencies.ts';
import type { AdoptionPlan, CustomerTask, CustomerTelemetryAttribute, TemplateInput } from './port.ts';
import type { SourceDrivers } from './source-driver.ts';
import { column, edit } from './workbook/workbook.fixture.ts';

export type Opened = TestAccess & {
  readonly adoption: Adoption;
  readonly service: Adoption['service'];
  readonly jobs: Jobs;
  readonly secrets: Secrets;
  readonly admin: Principal;
  readonly workspaceId: string;
  readonly productId: string;
  readonly news: News[];
  /** A member of the workspace in this role. */
  member(role: MemberRole): Promise<Extract<Principal, { kind: 'member' }>>;
  /** A customer with a plan of the product. */
  assigned(name: string, tenantId?: string): Promise<{ customerId: string; plan: AdoptionPlan }>;
  tasksOf(planId: string, principal?: Principal): Promise<readonly CustomerTask[]>;
  attribute(planId: string, name: string): Promise<CustomerTelemetryAttribute>;
  /** The exported workbook of the plan, filled in: attribute name → what is put into "Current Value". */
  filledBy(planId: string, values: ReadonlyMap<string, string | number | boolean>): Promise<Buffer>;
  filled(planId: string, values: Readonly<Record<string, string | number | boolean>>): Promise<Buffer>;
};

export const NOW_MS = Date.UTC(2026, 10, 21, 9, 30);

export const TEMPLATE: TemplateInput = {
  tasks: [
    {
      name: 'Enable SSO',
      description: 'Sign in through the identity provider',
      licenceLevel: 'Enterprise',
      outcomes: ['Fewer passwords'],
      howTo: [{ title: 'Guide', url: 'https://docs.example.test/sso' }],
      attributes: [
        { name: 'sso_enabled', dataType: 'BOOLEAN', successCriteria: { operator: 'equals', value: true } },
        { name: 'provider_configured', dataType: 'BOOLEAN', successCriteria: { operator: 'equals', value: true } },
      ],
    },
    {
      name: 'User Training',
      attributes: [
        { name: 'users_trained', dataType: 'NUMBER', successCriteria: { operator: '>=', value: 100 } },
        { name: 'completion_rate', dataType: 'PERCENTAGE', successCriteria: { operator: '>=', value: 80 } },
        {
          name: 'sessions_month',
          dataType: 'NUMBER',
          isRequired: false,
          successCriteria: { operator: '>=', value: 30, aggregate: 'sum', last_days: 30 },
        },
      ],
    },
    { name: 'Kick-off', attributes: [] },
  ],
};

/** `tell` is told beside the list of news. */
export async function openAdoption(drivers: SourceDrivers = {}, tell?: Tell): Promise<Opened> {
  const opened = await openTestAccess({ adminEmail: TEST_ADMIN.email, adminPassword: TEST_ADMIN.password });
  const { access, controlStore, clock } = opened;
  clock.nowMs = NOW_MS;
  const bootstrap = await access.bootstrap();
  if (!bootstrap.isFirstStart) throw new Error('the control store was not fresh');
  const { workspaceId, productId } = bootstrap;
  const nowMs = () => clock.nowMs;
  const logger = createLogger({ level: 'silent', scrub: (text) => text });
  const jobs = createJobs({
    controlStore,
    nowMs,
    randomUuid: randomUUID,
    logger,
    scrub: (text) => text,
    pollMs: 20,
    isOnlyProcess: true,
  });
  const news: News[] = [];
  const secrets = openSecrets({ secretKey: 'a secret key for tests, 32 characters or more' });
  const adoption = createAdoption({
    controlStore,
    access: access.readModel,
    secrets,
    jobs,
    logger,
    nowMs,
    newId: randomUUID,
    randomBytes,
    baseUrl: TEST_BASE_URL,
    drivers,
    tell: async (tx, told) => {
      news.push(...told);
      await tell?.(tx, told);
    },
  });
  await opened.app.register(adoption.routes);
  const { service } = adoption;
  const admin: Principal = { kind: 'member', userId: bootstrap.adminUserId, workspaceId, role: 'owner' };
  let people = 0;

  const tasksOf = async (planId: string, principal = admin) =>
    (await service.tasksOf(principal, [planId])).get(planId) ?? [];
  const filledBy: Opened['filledBy'] = async (planId, values) => {
    const { url } = await service.exportAdoptionPlanTelemetry(admin, planId);
    const response = await opened.app.inject({ method: 'GET', url: new URL(url).pathname });
    const bytes = await edit(response.rawPayload, ({ sheet, set }) => {
      const [name, value] = [column('Attribute Name'), column('Current Value')];
      sheet.rows.forEach((cells, row) => {
        const filled = values.get(String(cells[name]));
        if (filled !== undefined) set(row, value, filled);
      });
    });
    return Buffer.from(bytes);
  };
  return {
    ...opened,
    adoption,
    service,
    jobs,
    secrets,
    admin,
    workspaceId,
    productId,
    news,
    tasksOf,
    async member(role) {
      people += 1;
      const email = `${role}-${people}@example.test`;
      const actor = { kind: 'system' } as const;
      const { userId } = await access.members.add(workspaceId, { email, name: `Person ${people}`, role }, actor);
      return { kind: 'member', userId, workspaceId, role };
    },
    async assigned(name, tenantId) {
      const { id: customerId } = await service.createCustomer(admin, { name, tenantId });
      const templates = await service.templatesOf(admin, [productId]);
      if (!templates.has(productId))
        await service.saveTemplate(admin, productId, TEMPLATE, { basedOnVersion: undefined, changeNote: undefined });
      return { customerId, plan: await service.assignProduct(admin, { customerId, productId }) };
    },
    async attribute(planId, name) {
      const found = (await tasksOf(planId))
        .flatMap((task) => task.telemetryAttributes)
        .find((each) => each.name === name);
      if (found === undefined) throw new Error(`no attribute ${name}`);
      return found;
    },
    filled: (planId, values) => filledBy(planId, new Map(Object.entries(values))),
    filledBy,
    remove: async () => {
      await jobs.stop();
      await opened.remove();
    },
  };
}
