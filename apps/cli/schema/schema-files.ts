/** Event schemas as files of the customer's repository: one `<event_name>.json` each, in one directory. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type EventSchema,
  formatEventSchema,
  type LintRule,
  lintEventSchema,
  parseEventSchema,
  type Severity,
} from '@uptake/domain/tracking-plan';
import { CommandFailed, EXIT } from '../exit.ts';
import { type JsonText, readJsonText, type TextPlace } from './json-text.ts';

export type FileFinding = TextPlace & {
  readonly file: string;
  readonly rule: LintRule;
  readonly severity: Severity;
  readonly message: string;
};

export type SchemaFile = {
  readonly file: string;
  /** `undefined` where the file is no event schema; `findings` then say why. */
  readonly schema: EventSchema | undefined;
  readonly findings: readonly FileFinding[];
  readonly json: JsonText;
};

/** Every `.json` file of the directory, in the order of names. Throws `CommandFailed` where there is no such directory. */
export function readSchemaFiles(directory: string): readonly SchemaFile[] {
  let names: string[];
  try {
    names = readdirSync(directory).filter((name) => name.endsWith('.json'));
  } catch (error) {
    const hint = 'Name the directory of the schemas with --dir, or make it with "uptake schema pull".';
    throw new CommandFailed(`${directory} cannot be read. ${hint}`, EXIT.misused, { cause: error });
  }
  const seen = new Map<string, string>();
  return names.sort().map((name) => {
    const read = readSchemaFile(join(directory, name));
    return { ...read, findings: [...read.findings, ...nameFindings(read, name, seen)] };
  });
}

function readSchemaFile(file: string): SchemaFile {
  const json = readJsonText(readFileSync(file, 'utf8'));
  const finding = (place: TextPlace, rule: LintRule, severity: Severity, message: string): FileFinding => ({
    file,
    ...place,
    rule,
    severity,
    message,
  });
  if (json.mistake !== undefined) {
    const { offset, message } = json.mistake;
    return {
      file,
      json,
      schema: undefined,
      findings: [finding(json.placeAt(offset), 'invalid_json', 'error', message)],
    };
  }
  const duplicates = json.duplicates.map((duplicate) =>
    finding(json.placeAt(duplicate.offset), 'duplicate_key', 'error', `"${duplicate.name}" stands here a second time.`),
  );
  const findings = lintEventSchema(json.document).map(({ rule, severity, path, message }) =>
    finding(json.placeOf(path), rule, severity, message),
  );
  const schema = parseEventSchema(json.document);
  return { file, json, schema: Array.isArray(schema) ? undefined : schema, findings: [...duplicates, ...findings] };
}

function nameFindings({ file, schema, json }: SchemaFile, name: string, seen: Map<string, string>): FileFinding[] {
  if (schema === undefined) return [];
  const found = (rule: LintRule, message: string): FileFinding => ({
    file,
    ...json.placeOf('/event_name'),
    rule,
    severity: 'error',
    message,
  });
  const other = seen.get(schema.event_name);
  if (other !== undefined) return [found('duplicate_event', `${other} holds "${schema.event_name}" as well.`)];
  seen.set(schema.event_name, name);
  if (name === `${schema.event_name}.json`) return [];
  return [found('file_name', `Call the file ${schema.event_name}.json.`)];
}

export function schemaPath(directory: string, eventName: string): string {
  return join(directory, `${eventName}.json`);
}

export function writeSchemaFile(directory: string, schema: EventSchema): void {
  mkdirSync(directory, { recursive: true });
  writeFileSync(schemaPath(directory, schema.event_name), formatEventSchema(schema));
}
