/** `npm run docs`: brings the tables in the docs up to the code. `npm run check` runs the same and writes nothing. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ENVELOPE_FIELDS, type EnvelopeField, LIMITS, PROBLEMS, REASONS } from '@uptake/domain/contract';
import { SETTINGS } from '@uptake/io/config';
import { createGraphSchema, type GraphServices, printGraph } from '@uptake/server/graph-schema';
import { checkLinks } from './docs-links.ts';
import { type DocsTable, renderTable } from './docs-tables.ts';
import { readEdges } from './edges.ts';
import { type Finding, listFiles } from './sources.ts';

const SENDING = 'docs/guides/sending-events.md';
const OPERATING = 'docs/guides/operating.md';
const ARCHITECTURE = 'docs/architecture.md';
const DECISIONS = 'docs/decisions';
const PROBLEM_LIST = 'docs/guides/problems.md';
const GRAPH_SCHEMA = 'docs/graphql-schema.graphql';

const LIMIT_WORDS: Readonly<Record<keyof typeof LIMITS, readonly [what: string, format: (value: number) => string]>> = {
  bodyBytes: ['A request body, after decompression', mebibytes],
  eventsPerBatch: ['Events in a batch', grouped],
  eventBytes: ['One event as JSON', kibibytes],
  propertiesPerEvent: ['Properties of an event', grouped],
  propertyNameLength: ['Length of a property name', grouped],
  propertyStringLength: ['Length of a text in `properties`', grouped],
  propertyDepth: ['Levels of objects and arrays below `properties`', grouped],
  arrayItems: ['Items of an array', grouped],
  assignmentsPerEvent: ['Experiment assignments of an event', grouped],
  assignmentLength: ['Length of an experiment or bucket name', grouped],
  futureMs: ['How far ahead of the server an event may happen', (ms) => `${ms / 60_000} minutes`],
  duplicateWindowMs: ['How long an event id is remembered', (ms) => `${ms / 86_400_000} days`],
};

function tables(root: string): readonly DocsTable[] {
  const edges = readEdges(root);
  return [
    {
      file: SENDING,
      name: 'fields',
      columns: ['field', 'holds', 'meaning'],
      rows: (ENVELOPE_FIELDS as readonly EnvelopeField[]).map((field) => [
        `\`${field.name}\`${field.required ? ' (required)' : ''}`,
        describeKind(field),
        field.description,
      ]),
    },
    {
      file: SENDING,
      name: 'limits',
      columns: ['limit', 'value'],
      rows: Object.entries(LIMITS).map(([name, value]) => {
        const [what, format] = LIMIT_WORDS[name as keyof typeof LIMITS];
        return [what, format(value)];
      }),
    },
    {
      file: SENDING,
      name: 'reasons',
      columns: ['reason', 'result', 'meaning'],
      rows: Object.entries(REASONS).map(([reason, { result, meaning }]) => [`\`${reason}\``, result, meaning]),
      writtenColumn: 'what to do',
    },
    {
      file: PROBLEM_LIST,
      name: 'problems',
      columns: ['code', 'status', 'title', 'what to do'],
      rows: Object.entries(PROBLEMS).map(([code, { status, title, remedy }]) => [
        `<a id="${code}"></a>\`${code}\``,
        String(status),
        title,
        remedy,
      ]),
    },
    {
      file: OPERATING,
      name: 'variables',
      columns: ['variable', 'default', 'allowed', 'meaning'],
      rows: Object.values(SETTINGS).map(({ variable, fallback, allowed, description }) => [
        `\`${variable}\``,
        fallback === undefined ? '–' : `\`${fallback}\``,
        allowed,
        description,
      ]),
    },
    {
      file: ARCHITECTURE,
      name: 'read models',
      columns: ['capability', 'reads', 'for'],
      rows: edges.read_models.map((edge) => [edge.from, edge.to, edge.for]),
    },
    {
      file: ARCHITECTURE,
      name: 'io edges',
      columns: ['room', 'knows', 'for'],
      rows: edges.io.map((edge) => [edge.from === '*' ? 'every room' : edge.from, edge.to, edge.for]),
    },
    { file: `${DECISIONS}/README.md`, name: 'decisions', columns: ['no.', 'decision'], rows: listDecisions(root) },
  ];
}

/** What is out of date or dead in the docs. With `isWriting` the tables are brought up to date first. */
export function checkDocs(root: string, { isWriting }: { isWriting: boolean }): readonly Finding[] {
  const findings = tables(root).flatMap((table) => {
    const path = join(root, table.file);
    if (!existsSync(path)) return [{ file: table.file, line: 1, rule: 'docs', message: 'The file is missing.' }];
    const text = readFileSync(path, 'utf8');
    const rendering = renderTable(text, table);
    if (isWriting && rendering.text !== text) writeFileSync(path, rendering.text);
    const isStale = !isWriting && rendering.text !== text;
    const messages = isStale ? [`The table "${table.name}" is behind the code. Run: npm run docs`] : rendering.gaps;
    return messages.map((message) => ({ file: table.file, line: lineOf(text, table.name), rule: 'docs', message }));
  });
  return [...findings, ...checkGraphSchema(root, isWriting), ...checkLinks(root, listFiles(root))];
}

/** The schema of `/graphql` as a file, for clients that generate code from it. Nothing in it asks a service. */
function checkGraphSchema(root: string, isWriting: boolean): readonly Finding[] {
  const path = join(root, GRAPH_SCHEMA);
  const schema = printGraph(createGraphSchema({ adoption: {} as GraphServices['adoption'] }));
  if (existsSync(path) && readFileSync(path, 'utf8') === schema) return [];
  if (isWriting) {
    writeFileSync(path, schema);
    return [];
  }
  return [{ file: GRAPH_SCHEMA, line: 1, rule: 'docs', message: 'The schema is behind the code. Run: npm run docs' }];
}

function describeKind(field: EnvelopeField): string {
  switch (field.kind) {
    case 'text':
      return `text, at most ${field.maxLength}`;
    case 'enum':
      return field.values.map((value) => `\`${value}\``).join(', ');
    case 'boolean':
      return '`true` or `false`';
    case 'uuid':
      return 'UUID';
    case 'event_name':
      return 'event name';
    case 'timestamp':
      return 'ISO-8601 with a zone';
    case 'country':
      return 'two letters';
    case 'assignments':
      return 'object of texts';
    case 'consent':
      return 'object of `granted`, `denied` or `unknown`';
    case 'properties':
      return 'object';
  }
}

/** Number and title of every record, from its file name and its first heading. */
function listDecisions(root: string): readonly (readonly string[])[] {
  return readdirSync(join(root, DECISIONS))
    .filter((file) => /^\d{4}-.+\.md$/.test(file))
    .sort()
    .map((file) => {
      const heading = /^# +(.+)$/m.exec(readFileSync(join(root, DECISIONS, file), 'utf8'))?.[1] ?? file;
      const number = file.slice(0, 4);
      return [`[${number}](${file})`, heading.replace(/^\d{4}\s*[:.–—-]*\s*/, '')];
    });
}

function lineOf(text: string, table: string): number {
  const offset = text.indexOf(`<!-- table: ${table} -->`);
  return offset === -1 ? 1 : text.slice(0, offset).split('\n').length;
}

function mebibytes(bytes: number): string {
  return `${bytes / 1024 ** 2} MiB`;
}

function kibibytes(bytes: number): string {
  return `${bytes / 1024} KiB`;
}

function grouped(value: number): string {
  return value.toLocaleString('en-US');
}

if (import.meta.main) {
  const findings = checkDocs(join(import.meta.dirname, '..'), { isWriting: true });
  for (const { file, line, message } of findings) console.error(`${file}:${line}  ${message}`);
  process.exitCode = findings.length === 0 ? 0 : 1;
}
