/** Imports a large workbook into an embedded control store, as a process of its own; prints time and memory as JSON. */
import { openAdoption } from '@uptake/capabilities/adoption/testing';
import type { DataType } from '@uptake/domain/criteria';

const TYPES: readonly (readonly [DataType, unknown, string | number | boolean])[] = [
  ['BOOLEAN', { operator: 'equals', value: true }, true],
  ['NUMBER', { operator: '>=', value: 100 }, 123.5],
  ['PERCENTAGE', { operator: '>=', value: 80 }, '85%'],
  ['STRING', { operator: 'contains', value: 'plan' }, 'enterprise plan'],
  ['DATE', { operator: 'after', value: '2026-01-01' }, '2026-05-05'],
];
const TASKS = 500;

const rows = Number(process.argv[2] ?? '10000');
const opened = await openAdoption();
const { service, admin, productId } = opened;
const filling = new Map<string, string | number | boolean>();
const tasks = Array.from({ length: TASKS }, (_, task) => ({
  name: `Task number ${task + 1}`,
  attributes: Array.from({ length: rows / TASKS }, (__, index) => {
    const [dataType, successCriteria, value] = TYPES[(task + index) % TYPES.length]!;
    const name = `attribute_${task}_${index}`;
    filling.set(name, value);
    return { name, dataType, successCriteria };
  }),
}));
await service.saveTemplate(admin, productId, { tasks }, { basedOnVersion: undefined, changeNote: undefined });
const { plan } = await opened.assigned('Customer');
const bytes = await opened.filledBy(plan.id, filling);
globalThis.gc?.();
const before = process.memoryUsage().rss;
let most = before;
const sampling = setInterval(() => {
  most = Math.max(most, process.memoryUsage().rss);
}, 5);
const started = performance.now();
const summary = await service.importCustomerTelemetry(
  admin,
  plan.id,
  { name: 'filled.xlsx', bytes },
  { isPreview: false },
);
const ms = performance.now() - started;
clearInterval(sampling);
most = Math.max(most, process.memoryUsage().rss);
const { attributesUpdated: values, criteriaEvaluated: criteria, errors } = summary.summary;
const MB = 1e6;
console.log(
  JSON.stringify({
    ms,
    values,
    criteria,
    errors,
    fileMb: bytes.length / MB,
    addedMb: (most - before) / MB,
    beforeMb: before / MB,
  }),
);
await opened.remove();
