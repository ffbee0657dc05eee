/** Adoption in the graph: adds its types, questions and acts to the builder of the server. */
import type { GraphBuilder } from '@uptake/io/graphql';
import type { AdoptionService } from '../port.ts';
import { addFileActs } from './file-acts.ts';
import { addImportTypes } from './import-types.ts';
import { createInputs } from './inputs.ts';
import { loadersOf } from './loaders.ts';
import { addPlanActs } from './plan-acts.ts';
import { addPlanTypes } from './plan-types.ts';
import { addProgressTypes } from './progress-types.ts';
import { addQueries } from './queries.ts';
import { createGraph } from './refs.ts';
import { addSourceActs } from './source-acts.ts';
import { addSourceTypes } from './source-types.ts';
import { addTaskActs } from './task-acts.ts';
import { addTaskTypes } from './task-types.ts';
import { addTemplateTypes } from './template-types.ts';

export function addAdoptionGraph(builder: GraphBuilder, service: AdoptionService): void {
  const graph = createGraph(builder);
  const inputs = createInputs(graph);
  const loaders = loadersOf(service);
  addTemplateTypes(graph, loaders);
  addPlanTypes(graph, loaders, service);
  addProgressTypes(graph);
  addTaskTypes(graph, loaders);
  addSourceTypes(graph);
  addImportTypes(graph);
  addQueries(graph, inputs, service);
  addFileActs(graph, inputs, service);
  addPlanActs(graph, inputs, service);
  addTaskActs(graph, inputs, service);
  addSourceActs(graph, inputs, service);
}
