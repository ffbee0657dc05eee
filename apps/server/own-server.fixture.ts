/** The whole server in this process on a directory of its own, with what a test needs to act as a person. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '@uptake/io/config';
import { layTestControlStore } from '@uptake/io/control-store/testing';
import { type RunningServer, startServer } from './server.ts';

export const OPERATOR = { email: 'ada@example.test', password: 'correct-horse-battery' } as const;
export const SECRET_KEY = 'upk_s_own_server_secret_key_0123456789';
export const WRITE_KEY = 'upk_w_own_server_write_key_0123456789';

export type Reply = { readonly status: number; readonly text: string; readonly body: never; readonly headers: Headers };
export type Asker = (method: string, path: string, body?: unknown) => Promise<Reply>;

export type OwnServer = {
  readonly server: RunningServer;
  readonly directory: string;
  signIn(email: string, password: string): Promise<Asker>;
  withKey(key: string): Asker;
  /** With neither key nor session. */
  withoutKey(): Asker;
  close(): Promise<void>;
  /** Closes it and starts another on the same directory. */
  restart(environment: Readonly<Record<string, string>>): Promise<OwnServer>;
};

export async function startOwnServer(
  environment: Readonly<Record<string, string>> = {},
  directory = mkdtempSync(join(tmpdir(), 'uptake-own-server-')),
): Promise<OwnServer> {
  const controlStore = join(directory, 'control');
  if (!existsSync(controlStore)) await layTestControlStore(controlStore);
  const server = await startServer(
    readConfig({
      PORT: '0',
      UPTAKE_DATA_DIR: directory,
      UPTAKE_DEMO: 'off',
      UPTAKE_LOG_LEVEL: 'silent',
      UPTAKE_BOOTSTRAP_ADMIN_EMAIL: OPERATOR.email,
      UPTAKE_BOOTSTRAP_ADMIN_PASSWORD: OPERATOR.password,
      UPTAKE_BOOTSTRAP_WRITE_KEY: WRITE_KEY,
      UPTAKE_BOOTSTRAP_SECRET_KEY: SECRET_KEY,
      TELEMETRY_FLUSH_INTERVAL: '50',
      ...environment,
    }),
  );
  const url = `http://127.0.0.1:${server.port}`;
  const asker =
    (headers: Readonly<Record<string, string>>): Asker =>
    async (method, path, body) => {
      const response = await fetch(url + path, {
        method,
        headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const type = response.headers.get('content-type') ?? '';
      // A stream has no end to wait for.
      const isStream = type.startsWith('text/event-stream');
      if (isStream) await response.body?.cancel();
      const text = isStream ? '' : await response.text();
      const isJson = /\bjson/.test(type) && text !== '';
      return {
        status: response.status,
        text,
        body: (isJson ? JSON.parse(text) : undefined) as never,
        headers: response.headers,
      };
    };
  return {
    server,
    directory,
    withKey: (key) => asker({ authorization: `Bearer ${key}` }),
    withoutKey: () => asker({}),
    async signIn(email, password) {
      const signedIn = await asker({ origin: url })('POST', '/api/auth/sign-in/email', { email, password });
      if (signedIn.status !== 200) throw new Error(`signing in was answered ${signedIn.status}: ${signedIn.text}`);
      const cookie = signedIn.headers.getSetCookie().map((each) => each.split(';')[0]);
      return asker({ origin: url, cookie: cookie.join('; ') });
    },
    async restart(changed) {
      await server.close();
      return startOwnServer({ ...environment, ...changed }, directory);
    },
    async close() {
      await server.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
