/** `uptake schema import`. */
import { existsSync, readFileSync } from 'node:fs';
import { draftFromJsonSchema, parseEventSchema } from '@uptake/domain/tracking-plan';
import { CommandFailed, EXIT } from '../exit.ts';
import { readJsonText } from './json-text.ts';
import { schemaPath, writeSchemaFile } from './schema-files.ts';

export type ImportOptions = { readonly dir: string; readonly eventName: string };

/** Whether all of the schema could be carried over. What could not is listed with its place in the file. */
export function importSchema(file: string, { dir, eventName }: ImportOptions): boolean {
  const path = schemaPath(dir, eventName);
  if (existsSync(path)) throw new CommandFailed(`${path} is there already.`, EXIT.misused);
  const json = readJsonText(readFileSync(file, 'utf8'));
  const at = (place: { line: number; column: number }) => `${file}:${place.line}:${place.column}`;
  if (json.mistake !== undefined) {
    throw new CommandFailed(`${at(json.placeAt(json.mistake.offset))} ${json.mistake.message}`, EXIT.misused);
  }
  const { document, warnings } = draftFromJsonSchema(eventName, json.document);
  for (const warning of warnings) process.stdout.write(`${at(json.placeOf(warning.path))} ${warning.message}\n`);
  const schema = parseEventSchema(document);
  if (Array.isArray(schema)) {
    const problems = schema.map((problem) => `  ${problem.path} ${problem.message}`).join('\n');
    throw new CommandFailed(`${file} holds what a tracking plan cannot:\n${problems}`, EXIT.failed);
  }
  writeSchemaFile(dir, schema);
  process.stderr.write(`Wrote ${path} as a draft: fill its owner, description, feature area and classes.\n`);
  return warnings.length === 0;
}
