/** Workspaces, their products and environments: makes and lists them. */
import { Problem } from '@uptake/domain/contract';
import type { ControlStore, ControlTransaction } from '@uptake/io/control-store';
import { environments, memberships, products, workspaces } from '@uptake/io/control-store/schema';
import { and, asc, eq } from 'drizzle-orm';
import { recordAudit } from './audit.ts';
import type { AuditActor, EnvironmentOfWorkspace } from './read-model.ts';
import { freeSlug, slugOf } from './slug.ts';

export type WorkspaceRow = typeof workspaces.$inferSelect;
export type ProductRow = typeof products.$inferSelect;
export type EnvironmentRow = typeof environments.$inferSelect;
export type ProductWithEnvironments = ProductRow & { readonly environments: readonly EnvironmentRow[] };

type Named = { readonly name: string; readonly slug?: string | undefined };

/** What every workspace and product starts with, so that there is always somewhere for events to go. */
export const FIRST_PRODUCT = { slug: 'app', name: 'App' };
export const FIRST_ENVIRONMENT = { slug: 'production', name: 'Production' };

export type Workspaces = {
  read(workspaceId: string): Promise<WorkspaceRow & { readonly products: readonly ProductWithEnvironments[] }>;
  environmentsOf(workspaceId: string): Promise<readonly EnvironmentOfWorkspace[]>;
  /** With the person as its owner, a first product and its production environment. */
  createWorkspace(name: string, ownerUserId: string): Promise<WorkspaceRow>;
  /** With a production environment. */
  createProduct(workspaceId: string, product: Named, actor: AuditActor): Promise<ProductWithEnvironments>;
  createEnvironment(
    workspaceId: string,
    productId: string,
    environment: Named,
    actor: AuditActor,
  ): Promise<EnvironmentRow>;
};

export function createWorkspaces(dependencies: { controlStore: ControlStore; nowMs: () => number }): Workspaces {
  const { controlStore, nowMs } = dependencies;

  async function productsOf(tx: ControlTransaction, workspaceId: string): Promise<ProductWithEnvironments[]> {
    const productRows = await tx
      .select()
      .from(products)
      .where(eq(products.workspaceId, workspaceId))
      .orderBy(asc(products.createdAt), asc(products.slug));
    const environmentRows = await tx
      .select()
      .from(environments)
      .where(eq(environments.workspaceId, workspaceId))
      .orderBy(asc(environments.createdAt), asc(environments.slug));
    return productRows.map((product) => ({
      ...product,
      environments: environmentRows.filter((environment) => environment.productId === product.id),
    }));
  }

  return {
    read: (workspaceId) =>
      controlStore.withWorkspace(workspaceId, async (tx) => {
        const [workspace] = await tx.select().from(workspaces).where(eq(workspaces.id, workspaceId));
        if (workspace === undefined) throw new Problem('not_found', 'There is no such workspace.');
        return { ...workspace, products: await productsOf(tx, workspaceId) };
      }),

    environmentsOf: (workspaceId) =>
      controlStore.withWorkspace(workspaceId, async (tx) =>
        (await productsOf(tx, workspaceId)).flatMap((product) =>
          product.environments.map(({ id, slug, name, mode, policy }) => ({
            id,
            slug,
            name,
            mode,
            policy,
            productId: product.id,
            productSlug: product.slug,
            productName: product.name,
          })),
        ),
      ),

    createWorkspace: (name, ownerUserId) =>
      controlStore.asSystem(async (tx) => {
        const taken = await tx.select({ slug: workspaces.slug }).from(workspaces);
        const slug = freeSlug(slugOf(name) || 'workspace', new Set(taken.map((row) => row.slug)));
        const actor: AuditActor = { kind: 'member', id: ownerUserId };
        const workspace = await insertWorkspace(tx, { name, slug, ownerUserId, actor, nowMs: nowMs() });
        await insertProduct(tx, { workspaceId: workspace.id, ...FIRST_PRODUCT, actor, nowMs: nowMs() });
        return workspace;
      }),

    createProduct: (workspaceId, { name, slug }, actor) =>
      controlStore.withWorkspace(workspaceId, async (tx) => {
        const taken = new Set((await productsOf(tx, workspaceId)).map((product) => product.slug));
        return insertProduct(tx, { workspaceId, name, slug: chooseSlug(name, slug, taken), actor, nowMs: nowMs() });
      }),

    createEnvironment: (workspaceId, productId, { name, slug }, actor) =>
      controlStore.withWorkspace(workspaceId, async (tx) => {
        const product = (await productsOf(tx, workspaceId)).find((each) => each.id === productId);
        if (product === undefined) throw new Problem('not_found', 'There is no such product in this workspace.');
        const taken = new Set(product.environments.map((environment) => environment.slug));
        const chosen = chooseSlug(name, slug, taken);
        return insertEnvironment(tx, { workspaceId, productId, name, slug: chosen, actor, nowMs: nowMs() });
      }),
  };
}

/** A slug that was asked for is taken or refused, never changed; one made from the name gets out of the way. */
function chooseSlug(name: string, wished: string | undefined, taken: ReadonlySet<string>): string {
  if (wished === undefined) return freeSlug(slugOf(name) || 'unnamed', taken);
  if (taken.has(wished)) throw new Problem('conflict', `The slug "${wished}" is taken.`);
  return wished;
}

type Insert = { readonly actor: AuditActor; readonly nowMs: number; readonly name: string; readonly slug: string };

export async function insertWorkspace(
  tx: ControlTransaction,
  what: Insert & { ownerUserId: string },
): Promise<WorkspaceRow> {
  const { name, slug, ownerUserId, actor, nowMs } = what;
  const [workspace] = await tx
    .insert(workspaces)
    .values({ name, slug, createdAt: new Date(nowMs) })
    .returning();
  const workspaceId = workspace!.id;
  await recordAudit(
    tx,
    {
      workspaceId,
      actor,
      action: 'workspace.created',
      subject: { kind: 'workspace', id: workspaceId },
      details: { slug },
    },
    nowMs,
  );
  await tx.insert(memberships).values({ workspaceId, userId: ownerUserId, role: 'owner', createdAt: new Date(nowMs) });
  const subject = { kind: 'user', id: ownerUserId };
  await recordAudit(tx, { workspaceId, actor, action: 'member.added', subject, details: { role: 'owner' } }, nowMs);
  return workspace!;
}

export async function insertProduct(
  tx: ControlTransaction,
  what: Insert & { workspaceId: string; mode?: 'observe' | 'enforce' },
): Promise<ProductWithEnvironments> {
  const { workspaceId, name, slug, mode = 'observe', actor, nowMs } = what;
  const [product] = await tx
    .insert(products)
    .values({ workspaceId, name, slug, createdAt: new Date(nowMs) })
    .returning();
  const subject = { kind: 'product', id: product!.id };
  await recordAudit(tx, { workspaceId, actor, action: 'product.created', subject, details: { slug } }, nowMs);
  const first = { workspaceId, productId: product!.id, ...FIRST_ENVIRONMENT, mode, actor, nowMs };
  return { ...product!, environments: [await insertEnvironment(tx, first)] };
}

async function insertEnvironment(
  tx: ControlTransaction,
  what: Insert & { workspaceId: string; productId: string; mode?: 'observe' | 'enforce' },
): Promise<EnvironmentRow> {
  const { workspaceId, productId, name, slug, mode = 'observe', actor, nowMs } = what;
  const [environment] = await tx
    .insert(environments)
    .values({ workspaceId, productId, name, slug, mode, createdAt: new Date(nowMs) })
    .returning();
  const subject = { kind: 'environment', id: environment!.id };
  await recordAudit(tx, { workspaceId, actor, action: 'environment.created', subject, details: { slug } }, nowMs);
  return environment!;
}

export async function findProduct(tx: ControlTransaction, workspaceId: string, slug: string) {
  const [product] = await tx
    .select()
    .from(products)
    .where(and(eq(products.workspaceId, workspaceId), eq(products.slug, slug)));
  return product;
}
