import { readdirSync, readFileSync } from 'node:fs';
import { decodeEvent, isRefusal } from '@uptake/domain/contract';
import { describe, expect, test } from 'vitest';
import type { EventSchema } from './event-schema.ts';
import { parseEventSchema } from './parse.ts';
import { compilePlan, type Verdict } from './plan.ts';

type Case = {
  readonly name: string;
  readonly now?: string;
  readonly event: unknown;
  readonly verdict: Verdict['kind'];
  readonly reason?: string;
  readonly path?: string;
  readonly version?: number;
};
type Vectors = {
  readonly now: string;
  readonly groups: readonly { name: string; schemas: 'examples' | readonly unknown[]; cases: readonly Case[] }[];
};

const json = (url: URL): unknown => JSON.parse(readFileSync(url, 'utf8'));
const vectors = json(new URL('../../conformance/tracking-plan.json', import.meta.url)) as Vectors;
const examples = new URL('./examples/', import.meta.url);

function read(document: unknown): EventSchema {
  const schema = parseEventSchema(document);
  if (Array.isArray(schema)) throw new Error(JSON.stringify(schema));
  return schema;
}

function decoded(event: unknown, nowMs: number) {
  const context = {
    receivedAtMs: nowMs,
    maxAgeMs: 86_400_000,
    defaultSource: 'client',
    newEventId: () => crypto.randomUUID(),
  };
  const result = decodeEvent(event, context as Parameters<typeof decodeEvent>[1]);
  if (isRefusal(result)) throw new Error(JSON.stringify(result));
  return result;
}

describe.each(vectors.groups)('a tracking plan with $name', ({ schemas, cases }) => {
  const documents =
    schemas === 'examples' ? readdirSync(examples).map((file) => json(new URL(file, examples))) : schemas;
  const plan = compilePlan(documents.map(read));

  test.each(cases.map((each) => [each.name, each] as const))(
    '%s',
    (_, { now, event, verdict, reason, path, version }) => {
      const nowMs = Date.parse(now ?? vectors.now);
      const judged = plan.judge(decoded(event, nowMs), nowMs);
      expect({
        verdict: judged.kind,
        reason: 'refusal' in judged ? judged.refusal.reason : undefined,
        path: 'refusal' in judged ? judged.refusal.path : undefined,
        version: version === undefined || judged.kind === 'unplanned' ? undefined : judged.schema.version,
      }).toEqual({ verdict, reason, path, version });
    },
  );
});
