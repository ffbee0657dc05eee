/** What every control store keeps to, whatever it runs on. Called from a test file of each implementation. */
import { and, eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ControlStore } from './port.ts';
import { apiKeys, auditEntries, environments, memberships, products, users, workspaces } from './schema.ts';

type OpenStore = { readonly controlStore: ControlStore; remove(): Promise<void> };
type Workspace = { readonly id: string; readonly productId: string; readonly environmentId: string };

export function describeControlStore(name: string, open: () => Promise<OpenStore>): void {
  describe(`control store on ${name}`, () => {
    let opened: OpenStore;
    let store: ControlStore;
    let acme: Workspace;
    let globex: Workspace;

    beforeAll(async () => {
      opened = await open();
      store = opened.controlStore;
      acme = await makeWorkspace(store, 'acme');
      globex = await makeWorkspace(store, 'globex');
    }, 60_000);
    afterAll(() => opened.remove());

    test('a query that forgot its WHERE sees the rows of one workspace only, in every table that has workspaces', async () => {
      const seen = await store.withWorkspace(acme.id, async (tx) => ({
        workspaces: (await tx.select({ id: workspaces.id }).from(workspaces)).map((row) => row.id),
        products: (await tx.select().from(products)).map((row) => row.workspaceId),
        environments: (await tx.select().from(environments)).map((row) => row.workspaceId),
        memberships: (await tx.select().from(memberships)).map((row) => row.workspaceId),
        apiKeys: (await tx.select().from(apiKeys)).map((row) => row.workspaceId),
        auditEntries: (await tx.select().from(auditEntries)).map((row) => row.workspaceId),
      }));
      for (const [table, workspaceIds] of Object.entries(seen))
        expect({ [table]: workspaceIds }).toEqual({ [table]: [acme.id] });
    });

    test('asking for the rows of another workspace by their ids finds nothing', async () => {
      const found = await store.withWorkspace(acme.id, (tx) =>
        tx.select().from(environments).where(eq(environments.id, globex.environmentId)),
      );
      expect(found).toEqual([]);
    });

    test('an update or delete without WHERE leaves other workspaces as they were', async () => {
      await store.withWorkspace(acme.id, async (tx) => {
        await tx.update(products).set({ name: 'Renamed' });
        await tx.delete(apiKeys);
      });
      const [product] = await store.asSystem((tx) =>
        tx.select().from(products).where(eq(products.id, globex.productId)),
      );
      const keys = await store.asSystem((tx) => tx.select().from(apiKeys).where(eq(apiKeys.workspaceId, globex.id)));
      expect(product?.name).toBe('globex app');
      expect(keys).toHaveLength(1);
    });

    test('a row cannot be written into another workspace', async () => {
      const intruder = { workspaceId: globex.id, slug: 'intruder', name: 'Intruder' };
      await expect(store.withWorkspace(acme.id, (tx) => tx.insert(products).values(intruder))).rejects.toSatisfy(
        hasCause(/row-level security/),
      );
      await expect(
        store.withWorkspace(acme.id, (tx) => tx.update(products).set({ workspaceId: globex.id })),
      ).rejects.toSatisfy(hasCause(/row-level security/));
    });

    test('a row cannot point at the product of another workspace, not even by system work', async () => {
      await expect(
        store.asSystem((tx) =>
          tx
            .insert(environments)
            .values({ workspaceId: acme.id, productId: globex.productId, slug: 'stolen', name: 'Stolen' }),
        ),
      ).rejects.toSatisfy(hasCause(/foreign key/));
    });

    test('people and their sessions cannot be read inside a workspace', async () => {
      await expect(store.withWorkspace(acme.id, (tx) => tx.select().from(users))).rejects.toSatisfy(
        hasCause(/permission denied/),
      );
    });

    test('audit entries can be added but neither changed nor removed', async () => {
      const entry = { ...auditEntry(acme.id), action: 'product.created' };
      await store.withWorkspace(acme.id, (tx) => tx.insert(auditEntries).values(entry));
      await expect(store.withWorkspace(acme.id, (tx) => tx.delete(auditEntries))).rejects.toSatisfy(
        hasCause(/permission denied/),
      );
      await expect(store.asSystem((tx) => tx.update(auditEntries).set({ action: 'nothing' }))).rejects.toSatisfy(
        hasCause(/append-only/),
      );
    });

    test('what a workspace transaction set does not leak into the next transaction', async () => {
      await store.withWorkspace(acme.id, (tx) => tx.select().from(products));
      const all = await store.asSystem((tx) => tx.select({ slug: workspaces.slug }).from(workspaces));
      expect(all.map((row) => row.slug).sort()).toEqual(['acme', 'globex']);
      await expect(
        store.withWorkspace(acme.id, async (tx) => {
          await tx.select().from(products);
          throw new Error('changed my mind');
        }),
      ).rejects.toThrow('changed my mind');
      expect(await store.asSystem((tx) => tx.select().from(users))).toHaveLength(2);
    });

    test('a rejected piece of work leaves nothing behind', async () => {
      await expect(
        store.asSystem(async (tx) => {
          await tx.insert(workspaces).values({ slug: 'half', name: 'Half' });
          throw new Error('power of second thoughts');
        }),
      ).rejects.toThrow('second thoughts');
      expect(await store.asSystem((tx) => tx.select().from(workspaces).where(eq(workspaces.slug, 'half')))).toEqual([]);
    });

    test('many transactions at once all finish, each in its own workspace', async () => {
      const counts = await Promise.all(
        Array.from({ length: 40 }, async (_, index) => {
          const workspace = index % 2 === 0 ? acme : globex;
          return store.withWorkspace(workspace.id, async (tx) => {
            await tx.execute(sql`SELECT 1`);
            const rows = await tx.select().from(environments);
            return rows.every((row) => row.workspaceId === workspace.id) ? rows.length : -1;
          });
        }),
      );
      expect(new Set(counts)).toEqual(new Set([1]));
    });

    test('a transaction inside the same scope is part of the outer one and may fail by itself', async () => {
      await store.withWorkspace(acme.id, async (tx) => {
        await store.withWorkspace(acme.id, (inner) =>
          inner.insert(products).values({ workspaceId: acme.id, slug: 'kept', name: 'Kept' }),
        );
        await store
          .withWorkspace(acme.id, async (inner) => {
            await inner.insert(products).values({ workspaceId: acme.id, slug: 'undone', name: 'Undone' });
            throw new Error('inner');
          })
          .catch(() => undefined);
        await tx.update(products).set({ name: 'Kept twice' }).where(eq(products.slug, 'kept'));
      });
      const rows = await store.asSystem((tx) =>
        tx
          .select()
          .from(products)
          .where(and(eq(products.workspaceId, acme.id), eq(products.name, 'Kept twice'))),
      );
      const undone = await store.asSystem((tx) => tx.select().from(products).where(eq(products.slug, 'undone')));
      expect([rows.length, undone.length]).toEqual([1, 0]);
    });

    test('a transaction of another scope, or a bare query, inside a transaction is refused instead of waiting forever', async () => {
      await expect(
        store.withWorkspace(acme.id, () => store.withWorkspace(globex.id, async () => undefined)),
      ).rejects.toMatchObject({ reason: 'wrong_scope' });
      await expect(store.withWorkspace(acme.id, () => store.asSystem(async () => undefined))).rejects.toMatchObject({
        reason: 'wrong_scope',
      });
      await expect(
        store.asSystem(async () => {
          await store.systemDatabase.select().from(workspaces);
        }),
      ).rejects.toSatisfy(hasCause(/begun inside another one/));
    });

    test('work that outlives its transaction starts one of its own', async () => {
      let later: Promise<number> | undefined;
      await store.withWorkspace(acme.id, async () => {
        later = new Promise((resolve, reject) => {
          setTimeout(() => {
            store.asSystem((tx) => tx.select().from(workspaces)).then((rows) => resolve(rows.length), reject);
          }, 20);
        });
      });
      expect(await later).toBe(2);
    });

    test('a workspace id that is no UUID is refused before any SQL', async () => {
      await expect(store.withWorkspace("x'; RESET ROLE; --", async () => undefined)).rejects.toThrow(TypeError);
    });

    test('after closing every call is refused with the reason', async () => {
      const other = await open();
      await other.controlStore.close();
      await expect(other.controlStore.asSystem(async () => undefined)).rejects.toMatchObject({ reason: 'closed' });
      await other.remove();
    }, 60_000);
  });
}

async function makeWorkspace(store: ControlStore, slug: string): Promise<Workspace> {
  return store.asSystem(async (tx) => {
    const [workspace] = await tx.insert(workspaces).values({ slug, name: slug }).returning();
    const workspaceId = workspace!.id;
    const [product] = await tx
      .insert(products)
      .values({ workspaceId, slug: 'app', name: `${slug} app` })
      .returning();
    const productId = product!.id;
    const [environment] = await tx
      .insert(environments)
      .values({ workspaceId, productId, slug: 'production', name: 'Production' })
      .returning();
    const userId = crypto.randomUUID();
    await tx.insert(users).values({ id: userId, name: 'Zoë', email: `zoe@${slug}.test` });
    await tx.insert(memberships).values({ workspaceId, userId, role: 'owner' });
    await tx.insert(apiKeys).values({
      workspaceId,
      kind: 'write',
      name: 'Website',
      prefix: 'upk_w_abc',
      keyHash: `hash of ${slug}`,
      productId,
      environmentId: environment!.id,
    });
    await tx.insert(auditEntries).values(auditEntry(workspaceId));
    return { id: workspaceId, productId, environmentId: environment!.id };
  });
}

function auditEntry(workspaceId: string) {
  return {
    workspaceId,
    occurredAt: new Date(1_700_000_000_000),
    actorKind: 'system' as const,
    action: 'workspace.created',
    subjectKind: 'workspace',
    subjectId: workspaceId,
  };
}

/** Drizzle wraps what the database said. */
function hasCause(pattern: RegExp): (error: unknown) => boolean {
  return (error) => {
    for (let each: unknown = error; each instanceof Error; each = each.cause)
      if (pattern.test(each.message)) return true;
    return false;
  };
}
