/** Reads a workbook and judges every value, as a process of its own; prints what it took as JSON. */
import { readFileSync } from 'node:fs';
import { importPlanWorkbook } from '@uptake/capabilities/adoption/workbook';
import { compileCriterion } from '@uptake/domain/criteria';
import { planOf, TODAY } from './subject.ts';

const [file = '', attributesPerTask = '10'] = process.argv.slice(2);
const plan = planOf(500, Number(attributesPerTask));
const started = performance.now();
const result = await importPlanWorkbook(readFileSync(file), plan, TODAY);
if (result.kind === 'refused' || result.errors.length > 0) throw new Error(JSON.stringify(result));
const attributes = new Map(plan.tasks.flatMap((task) => task.attributes.map((attribute) => [attribute.id, attribute])));
const met = result.values.filter(({ attributeId, value, day }) => {
  const attribute = attributes.get(attributeId);
  return (
    attribute !== undefined && compileCriterion(attribute.criterion, attribute.dataType).evaluateValue(value, day).isMet
  );
}).length;
const ms = performance.now() - started;
console.log(JSON.stringify({ ms, values: result.values.length, met, peakMb: process.resourceUsage().maxRSS / 1e3 }));
