/** `node tools/examples.ts`: writes the filled workbooks in `examples/`, one for each product of the demo, importable as they are. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exportPlan, type WorkbookPlan } from '@uptake/capabilities/adoption/workbook';
import { taskCompletion } from '@uptake/domain/adoption';
import { parseCriterion, parseDay, type Value } from '@uptake/domain/criteria';
import { DEMO_PRODUCTS, DEMO_TEMPLATES, demoTaskReached, demoValue } from '@uptake/domain/demo';
import { readXlsx, writeXlsx } from 'hucre/xlsx';

const FOLDER = join(import.meta.dirname, '../examples');
const DAY = '2026-11-20';
const GENERATED_MS = Date.parse(`${DAY}T09:00:00Z`);

/** Customers of the demo, and how far each file says they are. */
const FILES = [
  { product: 'projects', customer: 'Tamarind Health', reached: 0.8 },
  { product: 'documents', customer: 'Hudson & Larch', reached: 0.7 },
  { product: 'agents', customer: 'Pelican Robotics', reached: 1 },
] as const;

mkdirSync(FOLDER, { recursive: true });
for (const { product, customer, reached } of FILES) {
  const { fileName, bytes } = await exportPlan(planOf(product, customer, reached), GENERATED_MS, parseDay(DAY));
  writeFileSync(join(FOLDER, fileName), await withoutOrigin(bytes));
  console.log(`examples/${fileName}`);
}

function planOf(product: (typeof FILES)[number]['product'], customerName: string, reached: number): WorkbookPlan {
  const tasks = DEMO_TEMPLATES[product];
  const productName = DEMO_PRODUCTS.find(({ slug }) => slug === product)!.name;
  return {
    planId: 'example',
    planName: productName,
    customerName,
    productId: 'example',
    productName,
    snapshotVersion: 1,
    tasks: tasks.map((task, index) => {
      const own = demoTaskReached(reached, index, tasks.length);
      const attributes = task.attributes.map((attribute) => {
        const { criterion } = parseCriterion(attribute.successCriteria, attribute.dataType);
        if (criterion === undefined) throw new Error(`the criterion of ${attribute.name} cannot be read`);
        const value: Value | undefined = own === 0 ? undefined : demoValue(attribute, own, DAY);
        const latest = value === undefined ? undefined : { value, notes: 'Example' };
        return {
          id: attribute.name,
          name: attribute.name,
          dataType: attribute.dataType,
          criterion,
          isMet: false,
          latest,
        };
      });
      return {
        id: task.name,
        name: task.name,
        status: 'IN_PROGRESS',
        completion: taskCompletion(attributes.map(() => ({ isRequired: true, isMet: false }))),
        attributes,
      };
    }),
  };
}

/** A demo's plans have other ids in every installation; without an origin rows are matched by their names. */
async function withoutOrigin(bytes: Uint8Array): Promise<Uint8Array> {
  const { properties, ...workbook } = await readXlsx(bytes, { readStyles: true });
  const { custom: _, ...rest } = properties ?? {};
  return writeXlsx({
    ...workbook,
    properties: rest,
    sheets: workbook.sheets.map(({ backgroundImage: __, ...sheet }) => sheet as never),
  });
}
