/** Customers, the tenant each is in the events, and the people who may see and import their plans. */
import { type Principal, Problem } from '@uptake/domain/contract';
import type { ControlTransaction } from '@uptake/io/control-store';
import { adoptionCustomerAdmins, adoptionCustomers, adoptionPlans, products } from '@uptake/io/control-store/schema';
import { and, asc, count, eq, ilike, ne, or, sql } from 'drizzle-orm';
import { type AdoptionDependencies, auditAct } from './dependencies.ts';
import { pageInfo, readCursor } from './page.ts';
import { customerToModel, productToModel } from './plan-rows.ts';
import type { AdoptionService, CustomerInput } from './port.ts';
import { uuidOr } from './store/plan-state.ts';
import { requireAct, visibleCustomerRows, visibleCustomers } from './who.ts';

export type Customers = Pick<
  AdoptionService,
  | 'products'
  | 'product'
  | 'customers'
  | 'customer'
  | 'createCustomer'
  | 'updateCustomer'
  | 'deleteCustomer'
  | 'setCustomerAdmins'
>;

const MAX_NAME_LENGTH = 200;

export function createCustomers(dependencies: AdoptionDependencies): Customers {
  const { controlStore, access, newId, nowMs } = dependencies;
  const asking = async <Found>(principal: Principal, work: (tx: ControlTransaction) => Promise<Found>) => {
    requireAct(principal, 'read');
    return controlStore.withWorkspace(principal.workspaceId, work);
  };
  const productsSeen = (tx: ControlTransaction, principal: Principal) => {
    const visible = visibleCustomers(principal, adoptionPlans.customerId);
    const own = tx.select({ id: adoptionPlans.productId }).from(adoptionPlans).where(visible);
    return visible === undefined ? undefined : sql`${products.id} IN ${own}`;
  };

  return {
    products: (principal) =>
      asking(principal, async (tx) => {
        const rows = await tx
          .select()
          .from(products)
          .where(productsSeen(tx, principal))
          .orderBy(asc(products.createdAt), asc(products.slug));
        return rows.map(productToModel);
      }),

    product: (principal, id) =>
      asking(principal, async (tx) => {
        const [row] = await tx
          .select()
          .from(products)
          .where(and(eq(products.id, uuidOr(id)), productsSeen(tx, principal)));
        return row && productToModel(row);
      }),

    customers: (principal, search, { first, after }) =>
      asking(principal, async (tx) => {
        const from = readCursor(after) ?? 0;
        const pattern = `%${(search ?? '').trim().replace(/[\\%_]/g, '\\$&')}%`;
        const where = and(
          visibleCustomerRows(principal),
          or(ilike(adoptionCustomers.name, pattern), ilike(adoptionCustomers.tenantId, pattern)),
        );
        const rows = await tx
          .select()
          .from(adoptionCustomers)
          .where(where)
          .orderBy(asc(sql`lower(${adoptionCustomers.name})`), asc(adoptionCustomers.id))
          .limit(first + 1)
          .offset(from);
        const [total] = await tx.select({ customers: count() }).from(adoptionCustomers).where(where);
        const shown = rows.slice(0, first);
        return {
          nodes: shown.map(customerToModel),
          totalCount: total?.customers ?? 0,
          pageInfo: pageInfo(rows.length > first, shown.length === 0 ? undefined : from + shown.length),
        };
      }),

    customer: (principal, id) =>
      asking(principal, async (tx) => {
        const [row] = await tx
          .select()
          .from(adoptionCustomers)
          .where(and(eq(adoptionCustomers.id, uuidOr(id)), visibleCustomerRows(principal)));
        return row && customerToModel(row);
      }),

    createCustomer: async (principal, input) => {
      requireAct(principal, 'manage');
      const values = { ...readCustomer(input), id: newId(), workspaceId: principal.workspaceId };
      return controlStore.withWorkspace(principal.workspaceId, async (tx) => {
        await refuseTakenTenant(tx, values.tenantId, values.id);
        const [row] = await tx
          .insert(adoptionCustomers)
          .values({ ...values, createdAt: new Date(nowMs()) })
          .returning();
        const subject = { kind: 'adoption_customer', id: values.id };
        await auditAct(tx, dependencies, principal, { action: 'adoption_customer.created', subject });
        return customerToModel(row!);
      });
    },

    updateCustomer: async (principal, id, input) => {
      requireAct(principal, 'manage');
      const values = readCustomer(input);
      return controlStore.withWorkspace(principal.workspaceId, async (tx) => {
        await refuseTakenTenant(tx, values.tenantId, uuidOr(id));
        const [row] = await tx
          .update(adoptionCustomers)
          .set(values)
          .where(eq(adoptionCustomers.id, uuidOr(id)))
          .returning();
        if (row === undefined) throw noSuchCustomer();
        const subject = { kind: 'adoption_customer', id: row.id };
        await auditAct(tx, dependencies, principal, { action: 'adoption_customer.changed', subject });
        return customerToModel(row);
      });
    },

    deleteCustomer: async (principal, id) => {
      requireAct(principal, 'manage');
      await controlStore.withWorkspace(principal.workspaceId, async (tx) => {
        // Locked, so that nobody assigns a plan meanwhile.
        const [row] = await tx
          .select({ id: adoptionCustomers.id })
          .from(adoptionCustomers)
          .where(eq(adoptionCustomers.id, uuidOr(id)))
          .for('update');
        if (row === undefined) throw noSuchCustomer();
        const gone = await tx
          .delete(adoptionPlans)
          .where(eq(adoptionPlans.customerId, row.id))
          .returning({ id: adoptionPlans.id });
        await tx.delete(adoptionCustomers).where(eq(adoptionCustomers.id, row.id));
        await auditAct(tx, dependencies, principal, {
          action: 'adoption_customer.deleted',
          subject: { kind: 'adoption_customer', id: row.id },
          details: { plans: gone.length },
        });
      });
    },

    setCustomerAdmins: async (principal, customerId, userIds) => {
      requireAct(principal, 'manage');
      const { workspaceId } = principal;
      const members = new Set((await access.membersOf(workspaceId)).map(({ userId }) => userId));
      const wanted = [...new Set(userIds)];
      const unknown = wanted.find((id) => !members.has(id));
      if (unknown !== undefined)
        throw new Problem(
          'invalid_request',
          'Only members of the workspace can be admins of a customer; add them first.',
        );
      return controlStore.withWorkspace(workspaceId, async (tx) => {
        const [row] = await tx
          .select()
          .from(adoptionCustomers)
          .where(eq(adoptionCustomers.id, uuidOr(customerId)))
          .for('update');
        if (row === undefined) throw noSuchCustomer();
        await tx.delete(adoptionCustomerAdmins).where(eq(adoptionCustomerAdmins.customerId, row.id));
        if (wanted.length > 0)
          await tx
            .insert(adoptionCustomerAdmins)
            .values(wanted.map((userId) => ({ workspaceId, customerId: row.id, userId })));
        await auditAct(tx, dependencies, principal, {
          action: 'adoption_customer.admins_set',
          subject: { kind: 'adoption_customer', id: row.id },
          details: { admins: wanted },
        });
        return customerToModel(row);
      });
    },
  };
}

const noSuchCustomer = () => new Problem('not_found', 'There is no such customer.');

function readCustomer({ name: written, tenantId }: CustomerInput): { name: string; tenantId: string | null } {
  const name = written.trim();
  const errors = [
    ...(name === '' || name.length > MAX_NAME_LENGTH
      ? [{ path: '/name', message: `must be a text of 1 to ${MAX_NAME_LENGTH} characters` }]
      : []),
    ...((tenantId?.trim().length ?? 0) > MAX_NAME_LENGTH
      ? [{ path: '/tenantId', message: `must be a text of at most ${MAX_NAME_LENGTH} characters` }]
      : []),
  ];
  if (errors.length > 0) throw new Problem('invalid_request', 'The customer cannot be kept as it is.', { errors });
  return { name, tenantId: tenantId?.trim() || null };
}

async function refuseTakenTenant(tx: ControlTransaction, tenantId: string | null, ownId: string): Promise<void> {
  if (tenantId === null) return;
  const [taken] = await tx
    .select({ name: adoptionCustomers.name })
    .from(adoptionCustomers)
    .where(and(eq(adoptionCustomers.tenantId, tenantId), ne(adoptionCustomers.id, ownId)));
  if (taken !== undefined) throw new Problem('conflict', `The tenant ${tenantId} belongs to ${taken.name} already.`);
}
