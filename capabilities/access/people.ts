/** People who sign in with email and password, and their sessions: better-auth on the control store. */
import { createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { ControlStore, ControlTransaction } from '@uptake/io/control-store';
import { accounts, rateLimits, sessions, users, verifications } from '@uptake/io/control-store/schema';
import type { Logger } from '@uptake/io/observability';
import type { Secrets } from '@uptake/io/secrets';
import type { BetterAuthPlugin } from 'better-auth';
import { drizzleAdapter } from 'better-auth/adapters/drizzle';
import { APIError, createAuthEndpoint } from 'better-auth/api';
import { setSessionCookie } from 'better-auth/cookies';
import { hashPassword } from 'better-auth/crypto';
import { betterAuth } from 'better-auth/minimal';
import { eq } from 'drizzle-orm';
import { isOwnOrigin } from './own-origin.ts';

export type Person = { readonly id: string; readonly email: string; readonly name: string };

export type People = {
  /** Answers `/api/auth/*`. */
  answer(request: Request): Promise<Response>;
  /** The person whose session cookie the headers carry. */
  signedIn(headers: IncomingHttpHeaders): Promise<Person | undefined>;
};

export type PeopleOptions = {
  readonly controlStore: ControlStore;
  readonly secrets: Secrets;
  readonly logger: Logger;
  /** Where the console is reached. */
  readonly baseUrl: string;
};

/** Set by us on each request to better-auth; whatever a client sends under this name is dropped. */
export const CLIENT_ADDRESS_HEADER = 'x-uptake-client-address';
export const PASSWORD_LENGTH = { least: 8, most: 128 } as const;

const SESSION_SECONDS = 7 * 24 * 60 * 60;
const SESSION_EXTENDED_EVERY_SECONDS = 24 * 60 * 60;
/** Per address: guessing a password of eight characters would take lifetimes, a forgetful office is not locked out. */
const SIGN_IN_LIMIT = { window: 60, max: 20 };

export function createPeople({ controlStore, secrets, logger, baseUrl }: PeopleOptions): People {
  const auth = betterAuth({
    appName: 'Uptake',
    baseURL: baseUrl,
    basePath: '/api/auth',
    secret: secrets.subkey('sessions').toString('base64url'),
    database: drizzleAdapter(controlStore.systemDatabase, {
      provider: 'pg',
      schema: { user: users, session: sessions, account: accounts, verification: verifications, rateLimit: rateLimits },
    }),
    emailAndPassword: {
      enabled: true,
      // People are added by an admin or at the first start; nobody lets themselves in.
      disableSignUp: true,
      minPasswordLength: PASSWORD_LENGTH.least,
      maxPasswordLength: PASSWORD_LENGTH.most,
      revokeSessionsOnPasswordReset: true,
    },
    plugins: [passwordSignIn],
    session: { expiresIn: SESSION_SECONDS, updateAge: SESSION_EXTENDED_EVERY_SECONDS },
    trustedOrigins: (request) => {
      const origin = request?.headers.get('origin');
      return origin && isOwnOrigin(origin, request?.headers.get('host') ?? undefined, baseUrl) ? [origin] : [];
    },
    rateLimit: {
      enabled: true,
      storage: 'database',
      window: 60,
      max: 100,
      customRules: { '/sign-in/email': SIGN_IN_LIMIT, '/change-password': SIGN_IN_LIMIT, '/get-session': false },
    },
    databaseHooks: {
      session: {
        // The rate limit alone needs an address; what a session does not hold cannot leak from it.
        create: { before: async (session) => ({ data: { ...session, ipAddress: null, userAgent: null } }) },
      },
    },
    advanced: {
      cookiePrefix: 'uptake',
      useSecureCookies: baseUrl.startsWith('https:'),
      defaultCookieAttributes: { httpOnly: true, sameSite: 'lax' },
      database: { generateId: () => crypto.randomUUID() },
      ipAddress: { ipAddressHeaders: [CLIENT_ADDRESS_HEADER], ipv6Subnet: 128 },
      // Said outright, because the library turns both off when it believes to be under test.
      disableOriginCheck: false,
      disableCSRFCheck: false,
    },
    telemetry: { enabled: false },
    logger: {
      level: 'warn',
      // Its messages may name an email address, so only the sentence goes to the log, not what it was about.
      log: (level, message) =>
        (level === 'error' ? logger.error : logger.warn).call(logger, { part: 'sign-in' }, withoutEmails(message)),
    },
  });
  return {
    answer: (request) => auth.handler(request),
    signedIn: async (headers) => {
      if (headers.cookie === undefined) return undefined;
      const found = await auth.api.getSession({
        headers: new Headers({ cookie: headers.cookie }),
        query: { disableRefresh: true },
      });
      return found === null ? undefined : { id: found.user.id, email: found.user.email, name: found.user.name };
    },
  };
}

/**
 * Stands in for the library's endpoint of the same name, which refuses addresses without a dot in the domain: the
 * administrator of a fresh installation is `admin@localhost`. Nor does it hand the session's token to scripts.
 */
const passwordSignIn = {
  id: 'uptake-password-sign-in',
  endpoints: {
    signInEmail: createAuthEndpoint('/sign-in/email', { method: 'POST' }, async (ctx) => {
      const { email, password } = ctx.body as { email: string; password: string };
      const { internalAdapter, password: hashing } = ctx.context;
      const found = await internalAdapter.findUserByEmail(email.trim().toLowerCase(), { includeAccounts: true });
      const hash = found?.accounts.find((account) => account.providerId === 'credential')?.password;
      // Somebody unknown takes as long as a wrong password, so that the time does not tell who is known.
      const isRight = hash ? await hashing.verify({ hash, password }) : !(await hashing.hash(password));
      if (!found || !isRight) throw new APIError('UNAUTHORIZED', { message: 'The email or the password is wrong.' });
      const session = await internalAdapter.createSession(found.user.id);
      await setSessionCookie(ctx, { session, user: found.user });
      return ctx.json({ user: { id: found.user.id, email: found.user.email, name: found.user.name } });
    }),
  },
} satisfies BetterAuthPlugin;

/**
 * A client's address as the rate limit sees it: an IPv6 address of the private range (RFC 4193) made of a keyed hash, so
 * that better-auth takes it for an address and no real one is ever stored (promise 3).
 */
export function maskedAddress(address: string, key: Uint8Array): string {
  const digits = createHmac('sha256', key).update(address).digest('hex').slice(0, 30);
  return `fd${digits}`.match(/.{4}/g)!.join(':');
}

/** Finds or makes the person with this email. An existing person keeps the password they have. */
export async function ensurePerson(
  tx: ControlTransaction,
  person: { email: string; name: string; password: string },
): Promise<{ id: string; isNew: boolean }> {
  const email = person.email.trim().toLowerCase();
  const [existing] = await tx.select({ id: users.id }).from(users).where(eq(users.email, email));
  if (existing !== undefined) return { id: existing.id, isNew: false };
  const id = crypto.randomUUID();
  await tx.insert(users).values({ id, email, name: person.name, emailVerified: true });
  await tx.insert(accounts).values({
    id: crypto.randomUUID(),
    userId: id,
    accountId: id,
    providerId: 'credential',
    password: await hashPassword(person.password),
  });
  return { id, isNew: true };
}

function withoutEmails(message: string): string {
  return message.replace(/\S+@\S+/g, '[email]');
}
