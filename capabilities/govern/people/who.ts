/** Reads whom a request is about, and turns what a customer calls a person into what is stored of them: pseudonyms. */
import { createHash } from 'node:crypto';
import { Problem } from '@uptake/domain/contract';
import type { Subject } from '@uptake/io/event-store';
import { Type } from 'typebox';

const PSEUDONYM = '^(?!0{16}$)[0-9a-f]{16}$';

/** The id as the customer's product knows it is used to compute pseudonyms and kept nowhere: no log, no table. */
export const PersonBody = {
  user_id: Type.Optional(
    Type.String({ minLength: 1, maxLength: 256, description: 'The id as your product knows it. It is not kept.' }),
  ),
  pseudonym: Type.Optional(Type.String({ pattern: PSEUDONYM, description: 'The id as Uptake stores it.' })),
};

/** For what an approval names: all pseudonyms of one person together, so that one look is one entry of the audit log. */
export const PersonOrPseudonymsBody = {
  ...PersonBody,
  pseudonyms: Type.Optional(Type.Array(Type.String({ pattern: PSEUDONYM }), { minItems: 1, maxItems: 200 })),
};

export const SubjectBody = Type.Object(
  {
    kind: Type.Enum(['person', 'tenant']),
    ...PersonBody,
    tenant_id: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
  },
  { additionalProperties: false },
);

export type PersonName = {
  readonly user_id?: string;
  readonly pseudonym?: string;
  readonly pseudonyms?: readonly string[];
};
export type SubjectName = PersonName & { readonly kind: 'person' | 'tenant'; readonly tenant_id?: string };

/** Every pseudonym of a person whose key still exists. */
export type PseudonymsOf = (workspaceId: string, userId: string) => readonly string[];
/** Other pseudonyms of the same person, where a bridge links them. */
export type LinkedTo = (workspaceId: string, pseudonyms: readonly string[]) => Promise<readonly string[]>;

export type WhoDependencies = { readonly pseudonymsOf: PseudonymsOf; readonly linkedTo: LinkedTo };

export async function personOf(
  workspaceId: string,
  { user_id: userId, pseudonym, pseudonyms }: PersonName,
  { pseudonymsOf, linkedTo }: WhoDependencies,
): Promise<readonly string[]> {
  if ([userId, pseudonym, pseudonyms].filter((given) => given !== undefined).length !== 1) {
    throw mistake('/user_id', 'give either "user_id" or "pseudonym"');
  }
  // What is given together was named together by an approval, which says of whom it is.
  if (pseudonyms !== undefined) return [...new Set(pseudonyms)].sort();
  const known = pseudonym === undefined ? pseudonymsOf(workspaceId, userId as string) : [pseudonym];
  const linked = await linkedTo(workspaceId, known);
  return [...new Set([...known, ...linked])].sort();
}

export async function subjectOf(workspaceId: string, name: SubjectName, who: WhoDependencies): Promise<Subject> {
  if (name.kind === 'person') {
    if (name.tenant_id !== undefined) throw mistake('/tenant_id', 'must be absent of a person');
    return { kind: 'person', pseudonyms: await personOf(workspaceId, name, who) };
  }
  if (name.user_id !== undefined || name.pseudonym !== undefined) {
    throw mistake('/user_id', 'must be absent of a tenant');
  }
  if (name.tenant_id === undefined) throw mistake('/tenant_id', 'is required of a tenant');
  return { kind: 'tenant', tenantId: name.tenant_id };
}

export function idsOf(subject: Subject): readonly string[] {
  return subject.kind === 'person' ? subject.pseudonyms : [subject.tenantId];
}

/**
 * What is left of a subject after its erasure: enough to say of a known id that it was meant, and to nobody else an id.
 * The workspace is part of it, so that those of two workspaces cannot be compared.
 */
export function fingerprint(workspaceId: string, id: string): string {
  return createHash('sha256').update(`${workspaceId}\0${id}`).digest('hex');
}

function mistake(path: string, message: string): Problem {
  return new Problem('invalid_request', `${path.slice(1)} ${message}`, { errors: [{ path, message }] });
}
