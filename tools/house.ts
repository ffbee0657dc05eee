/** Every rule of the house over a tree: what `tools/check.ts` runs and what the tests run on trees of their own. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readEdges } from './edges.ts';
import { checkFloors } from './floors.ts';
import { checkFile, checkSource, checkTestProjects } from './house-rules.ts';
import { type Finding, listFiles, readSources } from './sources.ts';
import { checkTelemetryBypass } from './telemetry-bypass.ts';
import { readWorkspaces } from './workspaces.ts';

export function checkHouse(
  root: string,
  testProjects: Readonly<Record<string, readonly string[]>>,
): readonly Finding[] {
  const files = listFiles(root);
  const sources = readSources(root, files);
  return [
    ...checkFloors(sources, readWorkspaces(root), readEdges(root)),
    ...sources.flatMap(checkSource),
    ...sources.flatMap(checkTelemetryBypass),
    ...files.flatMap((file) => checkFile(file, () => readFileSync(join(root, file), 'utf8'))),
    ...checkTestProjects(files, testProjects),
  ];
}
