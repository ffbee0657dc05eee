/** The portfolio of a thousand customers, and the night in which all their plans are judged, on the embedded control store. */
import { openAdoption } from '@uptake/capabilities/adoption/testing';
import type { DataType } from '@uptake/domain/criteria';
import { type BenchOptions, numberOption } from '../options.ts';
import { printTable } from '../table.ts';

export const name = 'portfolio';
export const describe =
  'portfolio of --plans 1000 plans × 50 tasks × 4 attributes asked for --rounds 10 times, and one nightly judgement of all of them';

const ATTRIBUTES: readonly (readonly [DataType, unknown])[] = [
  ['BOOLEAN', { operator: 'equals', value: true }],
  ['NUMBER', { operator: '>=', value: 100 }],
  ['PERCENTAGE', { operator: '>=', value: 80 }],
  ['NUMBER', { operator: '>=', value: 30, aggregate: 'sum', last_days: 30 }],
];
const TASKS = 50;
const DAY_MS = 86_400_000;

export async function run(options: BenchOptions): Promise<void> {
  const plans = numberOption(options, 'plans', 1_000);
  const rounds = numberOption(options, 'rounds', 10);
  const opened = await openAdoption();
  try {
    const { service, admin, productId } = opened;
    const tasks = Array.from({ length: TASKS }, (_, task) => ({
      name: `Task ${task + 1}`,
      attributes: ATTRIBUTES.map(([dataType, successCriteria], index) => ({
        name: `attribute_${task}_${index}`,
        dataType,
        successCriteria,
      })),
    }));
    await service.saveTemplate(admin, productId, { tasks }, { basedOnVersion: undefined, changeNote: undefined });
    const started = performance.now();
    for (let plan = 0; plan < plans; plan += 1) {
      const { id: customerId } = await service.createCustomer(admin, {
        name: `Customer ${plan}`,
        tenantId: `tenant-${plan}`,
      });
      const assigned = await service.assignProduct(admin, { customerId, productId });
      await opened.adoption.supply({
        workspaceId: admin.workspaceId,
        planId: assigned.id,
        rows: tasks.flatMap(({ attributes }, task) =>
          attributes.slice(0, (plan + task) % 5).map((attribute) => ({
            attribute: attribute.name,
            value: attribute.dataType === 'BOOLEAN' ? true : (plan * 7 + task) % 101,
          })),
        ),
        source: 'api',
        by: { kind: 'system' },
      });
    }
    const filledSeconds = (performance.now() - started) / 1_000;
    const page = { first: 50, after: undefined };
    const rows = [];
    for (let round = 1; round <= rounds; round += 1) {
      const [firstMs] = await timed(() =>
        Promise.all([service.portfolio(admin, {}), service.adoptionPlans(admin, {}, { by: 'RISK' }, page)]),
      );
      const [allMs, all] = await timed(() =>
        service.adoptionPlans(admin, {}, { by: 'PROGRESS' }, { ...page, first: plans }),
      );
      if (all.nodes.length !== plans) throw new Error(`${all.nodes.length} plans were answered`);
      const [planMs] = await timed(() => service.tasksOf(admin, [all.nodes[0]!.id]));
      rows.push([round, firstMs, allMs, planMs]);
    }
    const attributes = plans * TASKS * ATTRIBUTES.length;
    printTable(
      `${plans} plans, ${attributes} attributes, filled in ${filledSeconds.toFixed(1)} s`,
      ['round', 'totals and first 50 ms', `all ${plans} rows ms`, 'one plan, 200 attributes ms'],
      rows,
    );
    opened.clock.nowMs += DAY_MS;
    const [nightMs, judged] = await timed(() => opened.adoption.evaluateAll());
    printTable('the night after', ['plans', 'attributes', 'seconds'], [[judged, attributes, nightMs / 1_000]]);
  } finally {
    await opened.remove();
  }
}

async function timed<Result>(work: () => Promise<Result>): Promise<readonly [ms: number, result: Result]> {
  const started = performance.now();
  const result = await work();
  return [performance.now() - started, result];
}
