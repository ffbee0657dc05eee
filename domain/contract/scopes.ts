/**
 * What a key may do. A write key has `events:write` and, later, flag values and surveys; a secret key carries scopes:
 * `read` asks for counts, `write` sends events and edits, `export` takes single events out, `admin` is all of these and more.
 */
export const SECRET_KEY_SCOPES = ['read', 'write', 'export', 'admin'] as const;
export type SecretKeyScope = (typeof SECRET_KEY_SCOPES)[number];

/** `admin` is everything; otherwise a key may do exactly what it was given. */
export function hasScope(scopes: readonly SecretKeyScope[], scope: SecretKeyScope): boolean {
  return scopes.includes(scope) || scopes.includes('admin');
}

/** Who asks: a key or a signed-in person. Every answer is limited to `workspaceId`. */
export type Principal =
  | {
      readonly kind: 'write_key';
      readonly keyId: string;
      readonly workspaceId: string;
      readonly productId: string;
      readonly environmentId: string;
      readonly environment: EnvironmentSettings;
    }
  | {
      readonly kind: 'secret_key';
      readonly keyId: string;
      readonly workspaceId: string;
      readonly scopes: readonly SecretKeyScope[];
      /** Where events sent with this key belong: the environment it was made for, else the workspace's default. */
      readonly productId: string;
      readonly environmentId: string;
      readonly environment: EnvironmentSettings;
    }
  | { readonly kind: 'member'; readonly userId: string; readonly workspaceId: string; readonly role: MemberRole };

/** A `customer_admin` sees nothing but the adoption plans of the customers they are admin of. */
export const MEMBER_ROLES = ['owner', 'admin', 'analyst', 'viewer', 'customer_admin'] as const;
export type MemberRole = (typeof MEMBER_ROLES)[number];

/** What the collect pipeline needs to know of an environment. */
export type EnvironmentSettings = {
  readonly mode: 'observe' | 'enforce';
  readonly policy: 'full' | 'ledger';
  /** Events per second and key; `undefined` where the server's default holds. */
  readonly eventsPerSecondLimit: number | undefined;
  /** What this environment does not collect; absent where it collects everything its mode and policy let in. */
  readonly excluded?: {
    readonly events: ReadonlySet<string>;
    readonly featureAreas: ReadonlySet<string>;
  };
  /** Absent where nobody changed anything: `DEFAULT_PRIVACY`. */
  readonly privacy?: EnvironmentPrivacy;
};

/** How an environment treats persons, beyond what always holds. */
export type EnvironmentPrivacy = {
  /** `DNT: 1` and `Sec-GPC: 1` of clients: their events are dropped. */
  readonly respectsOptOutSignals: boolean;
  /** What holds for country and region where an event says nothing of consent to location. */
  readonly locationByDefault: boolean;
  /** Names of properties, and forms of values, that are taken out in addition to the rules of the product. */
  readonly scrubNames: readonly string[];
  readonly scrubForms: readonly string[];
  /** Links pseudonyms over rotations; absent where it is off, which it is until somebody switches it on. */
  readonly bridge?: { readonly sealedKey: string; readonly days: number };
};

export const DEFAULT_PRIVACY: EnvironmentPrivacy = {
  respectsOptOutSignals: true,
  locationByDefault: false,
  scrubNames: [],
  scrubForms: [],
};
