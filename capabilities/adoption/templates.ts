/** Templates of products: kept version by version, exported and imported, never changed in place. */
import { diffTemplate, snapshotTemplate, type Template, type TemplateTask } from '@uptake/domain/adoption';
import { type Principal, Problem } from '@uptake/domain/contract';
import type { ControlTransaction } from '@uptake/io/control-store';
import { adoptionTemplates, products } from '@uptake/io/control-store/schema';
import { desc, eq } from 'drizzle-orm';
import { type AdoptionDependencies, auditAct } from './dependencies.ts';
import type * as model from './model.ts';
import { peopleOf } from './people.ts';
import type { AdoptionService, TemplateImport } from './port.ts';
import { uuidOr } from './store/plan-state.ts';
import { syncChangesToModel } from './sync-words.ts';
import { readTemplate, templateOfJson, templateTasksToModel, templateToJson } from './template-document.ts';
import { type OpenTemplateFile, openTemplateFile, readTemplateFile } from './template-file.ts';
import { actor, actorId, requireAct } from './who.ts';
import type { WorkbookReader } from './workbook/index.ts';

export type TemplateRow = typeof adoptionTemplates.$inferSelect;

export async function newestTemplate(tx: ControlTransaction, productId: string): Promise<TemplateRow | undefined> {
  const [row] = await tx
    .select()
    .from(adoptionTemplates)
    .where(eq(adoptionTemplates.productId, uuidOr(productId)))
    .orderBy(desc(adoptionTemplates.version))
    .limit(1);
  return row;
}

/** Throws `not_found`. */
export async function productOf(tx: ControlTransaction, productId: string): Promise<typeof products.$inferSelect> {
  const [row] = await tx
    .select()
    .from(products)
    .where(eq(products.id, uuidOr(productId)));
  if (row === undefined) throw new Problem('not_found', 'There is no such product.');
  return row;
}

export function templateToModel(row: TemplateRow, publishedBy: string | undefined): model.Template {
  return {
    productId: row.productId,
    version: row.version,
    publishedAt: row.publishedAt.toISOString(),
    publishedBy,
    changeNote: row.changeNote ?? undefined,
    tasks: templateTasksToModel(templateOfJson(row.version, row.document).tasks),
  };
}

type Saving = { readonly basedOnVersion: number | undefined; readonly changeNote: string | undefined };

export type Templates = Pick<AdoptionService, 'saveTemplate' | 'importTemplate'>;

export function createTemplates(
  dependencies: AdoptionDependencies,
  workbooks: Pick<WorkbookReader, 'readTemplate'>,
): Templates {
  const { controlStore, access, newId, nowMs } = dependencies;

  /** The row of the product is locked, so that of two who save at once the second is told. */
  async function keep(
    tx: ControlTransaction,
    principal: Principal,
    productId: string,
    tasks: readonly TemplateTask[],
    newest: TemplateRow | undefined,
    changeNote: string | undefined,
  ): Promise<TemplateRow> {
    const version = (newest?.version ?? 0) + 1;
    const by = actor(principal);
    const [row] = await tx
      .insert(adoptionTemplates)
      .values({
        workspaceId: principal.workspaceId,
        productId,
        version,
        document: templateToJson(tasks),
        taskCount: tasks.length,
        attributeCount: tasks.reduce((sum, { attributes }) => sum + attributes.length, 0),
        changeNote: changeNote?.trim() || null,
        publishedAt: new Date(nowMs()),
        publishedByKind: by.kind,
        publishedBy: actorId(by),
      })
      .returning();
    const subject = { kind: 'product', id: productId };
    await auditAct(tx, dependencies, principal, {
      action: 'adoption_template.published',
      subject,
      details: { version, tasks: tasks.length },
    });
    return row!;
  }

  async function newestToEdit(
    tx: ControlTransaction,
    productId: string,
    basedOnVersion: number | undefined,
  ): Promise<TemplateRow | undefined> {
    await productOf(tx, productId);
    await tx.select().from(products).where(eq(products.id, productId)).for('update');
    const newest = await newestTemplate(tx, productId);
    if ((newest?.version ?? undefined) === basedOnVersion) return newest;
    const now = newest === undefined ? 'There is no version yet' : `The newest version is ${newest.version}`;
    throw new Problem('conflict', `${now}; the change was made to ${basedOnVersion ?? 'none'}. Load it again.`);
  }

  const publisher = async (principal: Principal) => {
    const by = actor(principal);
    return (await peopleOf(access, principal.workspaceId)).nameOf(by.kind, actorId(by));
  };

  return {
    async saveTemplate(principal, productId, input, { basedOnVersion, changeNote }: Saving) {
      requireAct(principal, 'manage');
      const row = await controlStore.withWorkspace(principal.workspaceId, async (tx) => {
        const newest = await newestToEdit(tx, productId, basedOnVersion);
        const known = newest && templateOfJson(newest.version, newest.document);
        const { tasks, errors } = readTemplate(input, known, newId);
        if (errors !== undefined)
          throw new Problem('invalid_request', 'The template cannot be kept as it is.', {
            errors: errors.map(({ path, message }) => ({ path: `/template${path}`, message })),
          });
        return keep(tx, principal, productId, tasks, newest, changeNote);
      });
      return templateToModel(row, await publisher(principal));
    },

    async importTemplate(principal, productId, file, { basedOnVersion, apply }) {
      requireAct(principal, 'manage');
      const opened = await openTemplateFile(file.bytes, workbooks);
      const done = await controlStore.withWorkspace(principal.workspaceId, async (tx) => {
        const newest = apply
          ? await newestToEdit(tx, productId, basedOnVersion)
          : (await productOf(tx, productId)) && (await newestTemplate(tx, productId));
        const known = newest && templateOfJson(newest.version, newest.document);
        const read = readImport(opened, known, newId);
        if (read.tasks === undefined) return { errors: read.errors, changes: [], row: undefined };
        const changes = changesOf(read.tasks, known, newId);
        if (!apply || changes.length === 0) return { errors: [], changes, row: apply ? newest : undefined };
        const row = await keep(tx, principal, productId, read.tasks, newest, `Imported from ${file.name}`);
        return { errors: [], changes, row };
      });
      const template = done.row && templateToModel(done.row, await publisher(principal));
      const { errors } = done;
      return { applied: apply && errors.length === 0, template, changes: syncChangesToModel(done.changes), errors };
    },
  };
}

type ReadImport =
  | { readonly tasks: readonly TemplateTask[] }
  | ({ readonly tasks?: undefined } & Pick<TemplateImport, 'errors'>);

function readImport(file: OpenTemplateFile, known: Template | undefined, newId: () => string): ReadImport {
  const input = readTemplateFile(file, known);
  if ('errors' in input) return { errors: input.errors };
  const { tasks, errors } = readTemplate(input.template, known, newId);
  if (errors === undefined) return { tasks };
  return { errors: errors.map(({ path, message }) => input.place(path, message)) };
}

/** As a plan of the present template would see it. */
function changesOf(tasks: readonly TemplateTask[], known: Template | undefined, newId: () => string) {
  const before = known ?? { version: 0, tasks: [] };
  return diffTemplate({ version: before.version + 1, tasks }, snapshotTemplate(before, newId));
}

/** For exports, of the version that is newest. Throws `not_found` where the product has no template. */
export async function templateToExport(tx: ControlTransaction, productId: string) {
  const product = await productOf(tx, productId);
  const row = await newestTemplate(tx, productId);
  if (row === undefined) throw new Problem('not_found', `${product.name} has no template yet; add tasks to it first.`);
  return { product, template: templateOfJson(row.version, row.document) };
}
