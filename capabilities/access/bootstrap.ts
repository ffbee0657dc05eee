/** Makes an installation usable: the first workspace on first start, and whole workspaces for the demo. */
import type { Principal } from '@uptake/domain/contract';
import type { ControlStore, ControlTransaction } from '@uptake/io/control-store';
import { environments, workspaces } from '@uptake/io/control-store/schema';
import { and, asc, eq, sql } from 'drizzle-orm';
import { makeKey, makePassword, type RandomBytes } from './key-format.ts';
import { insertKey, renewKeyNamed } from './keys.ts';
import { insertOperator } from './operators.ts';
import { ensurePerson } from './people.ts';
import type { AuditActor } from './read-model.ts';
import {
  FIRST_PRODUCT,
  findProduct,
  insertProduct,
  insertWorkspace,
  type ProductWithEnvironments,
} from './workspaces.ts';

/** Values of `UPTAKE_BOOTSTRAP_…`; what is absent is generated. */
export type BootstrapValues = {
  readonly adminEmail?: string | undefined;
  readonly adminPassword?: string | undefined;
  readonly writeKey?: string | undefined;
  readonly secretKey?: string | undefined;
};

/** `isGenerated` tells what nobody knows yet: those are to be shown, once, and cannot be shown again. */
type Credential = { readonly value: string; readonly isGenerated: boolean };

export type BootstrapResult =
  | { readonly isFirstStart: false }
  | {
      readonly isFirstStart: true;
      readonly workspaceId: string;
      readonly productId: string;
      readonly environmentId: string;
      readonly adminUserId: string;
      readonly adminEmail: string;
      readonly adminPassword: Credential;
      readonly writeKey: Credential;
      readonly secretKey: Credential;
    };

export type BootstrapDependencies = {
  readonly controlStore: ControlStore;
  readonly randomBytes: RandomBytes;
  readonly nowMs: () => number;
  readonly onChange: () => void;
};

const SYSTEM: AuditActor = { kind: 'system' };
const DEFAULT_WORKSPACE = { name: 'Default', slug: 'default' };
const DEFAULT_ADMIN_EMAIL = 'admin@localhost';
/** Any number will do, as long as every process takes the same one. */
const ADVISORY_LOCK = 7_264_002;

/** Does nothing where a workspace exists. All or nothing, and once even when several processes start together. */
export async function bootstrapInstallation(
  dependencies: BootstrapDependencies,
  values: BootstrapValues,
): Promise<BootstrapResult> {
  const { controlStore, randomBytes, onChange } = dependencies;
  const nowMs = dependencies.nowMs();
  const result = await controlStore.asSystem(async (tx): Promise<BootstrapResult> => {
    await tx.execute(sql`SELECT pg_advisory_xact_lock(${sql.raw(String(ADVISORY_LOCK))})`);
    const [existing] = await tx.select({ id: workspaces.id }).from(workspaces).limit(1);
    if (existing !== undefined) return { isFirstStart: false };

    const adminEmail = values.adminEmail ?? DEFAULT_ADMIN_EMAIL;
    const adminPassword = given(values.adminPassword) ?? generated(makePassword(randomBytes));
    const writeKey = given(values.writeKey) ?? generated(makeKey('write', randomBytes));
    const secretKey = given(values.secretKey) ?? generated(makeKey('secret', randomBytes));
    const admin = await ensurePerson(tx, { email: adminEmail, name: 'Admin', password: adminPassword.value });
    const made = { actor: SYSTEM, nowMs };
    await insertOperator(tx, admin.id, SYSTEM, nowMs);
    const { id: workspaceId } = await insertWorkspace(tx, { ...DEFAULT_WORKSPACE, ownerUserId: admin.id, ...made });
    const product = await insertProduct(tx, { workspaceId, ...FIRST_PRODUCT, ...made });
    const environmentId = product.environments[0]!.id;
    const name = 'Made at first start';
    await insertKey(tx, { workspaceId, key: { kind: 'write', name, environmentId }, rawKey: writeKey.value, ...made });
    const scopes = ['read', 'write', 'admin'] as const;
    await insertKey(tx, {
      workspaceId,
      key: { kind: 'secret', name, environmentId, scopes },
      rawKey: secretKey.value,
      ...made,
    });
    return {
      isFirstStart: true,
      workspaceId,
      productId: product.id,
      environmentId,
      adminUserId: admin.id,
      adminEmail,
      adminPassword,
      writeKey,
      secretKey,
    };
  });
  onChange();
  return result;
}

const given = (value: string | undefined): Credential | undefined =>
  value === undefined ? undefined : { value, isGenerated: false };
const generated = (value: string): Credential => ({ value, isGenerated: true });

export type WantedWorkspace = {
  readonly name: string;
  readonly slug: string;
  /** A product that is made begins in this mode, `observe` where none is named. */
  readonly products: readonly {
    readonly name: string;
    readonly slug: string;
    readonly mode?: 'observe' | 'enforce';
  }[];
  /** Owner of a workspace that is made; the owner of an existing one stays. */
  readonly ownerUserId: string;
  /** Names the write keys; the secret a key of this name had before is void. */
  readonly keyName: string;
};

export type EnsuredWorkspace = {
  readonly workspaceId: string;
  readonly isNew: boolean;
  readonly products: readonly {
    readonly slug: string;
    readonly productId: string;
    readonly environmentId: string;
    /** Fresh, shown here only. */
    readonly writeKey: string;
    /** Who that key belongs to, for programs that feed the pipeline without HTTP. */
    readonly principal: Principal & { readonly kind: 'write_key' };
  }[];
};

/** Finds or makes the workspace and its products, each with a fresh write key for its first environment. */
export async function ensureWorkspace(
  dependencies: BootstrapDependencies,
  wanted: WantedWorkspace,
): Promise<EnsuredWorkspace> {
  const nowMs = dependencies.nowMs();
  const ensured = await dependencies.controlStore.asSystem(async (tx) => {
    const [existing] = await tx.select().from(workspaces).where(eq(workspaces.slug, wanted.slug));
    const workspace = existing ?? (await insertWorkspace(tx, { ...wanted, actor: SYSTEM, nowMs }));
    const ensuredProducts: EnsuredWorkspace['products'][number][] = [];
    for (const [index, product] of wanted.products.entries()) {
      // A millisecond apart, so that they are listed in the order they were given.
      const { productId, environment } = await ensureProduct(tx, workspace.id, product, nowMs + index);
      const environmentId = environment.id;
      const made = { workspaceId: workspace.id, actor: SYSTEM, nowMs };
      const rawKey = makeKey('write', dependencies.randomBytes);
      const key = await renewKeyNamed(tx, { ...made, environmentId, name: wanted.keyName, rawKey });
      ensuredProducts.push({
        slug: product.slug,
        productId,
        environmentId,
        writeKey: rawKey,
        principal: {
          kind: 'write_key',
          keyId: key.id,
          workspaceId: workspace.id,
          productId,
          environmentId,
          environment: { mode: environment.mode, policy: environment.policy, eventsPerSecondLimit: undefined },
        },
      });
    }
    return { workspaceId: workspace.id, isNew: existing === undefined, products: ensuredProducts };
  });
  dependencies.onChange();
  return ensured;
}

async function ensureProduct(
  tx: ControlTransaction,
  workspaceId: string,
  wanted: WantedWorkspace['products'][number],
  nowMs: number,
): Promise<{ productId: string; environment: ProductWithEnvironments['environments'][number] }> {
  const existing = await findProduct(tx, workspaceId, wanted.slug);
  if (existing === undefined) {
    const made = await insertProduct(tx, { ...wanted, workspaceId, actor: SYSTEM, nowMs });
    return { productId: made.id, environment: made.environments[0]! };
  }
  const [environment] = await tx
    .select()
    .from(environments)
    .where(and(eq(environments.workspaceId, workspaceId), eq(environments.productId, existing.id)))
    .orderBy(asc(environments.createdAt), asc(environments.slug))
    .limit(1);
  return { productId: existing.id, environment: environment! };
}
