/** What an entry of the audit log says. */

export type AuditEntry = {
  /** Absent for what concerns no single workspace. */
  readonly workspaceId?: string;
  readonly actor: AuditActor;
  /** Object and past participle: `api_key.created`, `events.exported`. */
  readonly action: string;
  readonly subject: { readonly kind: string; readonly id: string };
  /** Never personal data, never a secret. */
  readonly details?: Readonly<Record<string, unknown>>;
};

export type AuditActor = { readonly kind: 'member' | 'secret_key'; readonly id: string } | { readonly kind: 'system' };
