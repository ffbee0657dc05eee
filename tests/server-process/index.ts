/** Starts the real server as a process of its own, so that tests and benchmarks can load it, kill it and start it again. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { layTestControlStore } from '@uptake/io/control-store/testing';
import { PROCESS_ENVIRONMENT } from '@uptake/server/launch.js';

export { firstScope, misnamed, seedDeadLetters } from './dead-letters.ts';

export const WRITE_KEY = 'upk_test_write_key_0123456789';
export const SECRET_KEY = 'upk_test_secret_key_0123456789';
export const ADMIN = { email: 'admin@example.com', password: 'correct-horse-battery' } as const;

export type ServerProcess = {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  readonly child: ChildProcess;
  /** What the process wrote to standard output and error so far. */
  readonly output: () => string;
  /** SIGTERM, then waits for the end. Returns the exit code. */
  readonly stop: () => Promise<number | null>;
  /** SIGKILL, then waits for the end. */
  readonly kill: () => Promise<void>;
};

export class ServerDidNotStart extends Error {
  override readonly name = 'ServerDidNotStart';
}

/** A first start with known keys on any free port, quiet and without the demo. */
export const TEST_ENVIRONMENT = {
  PORT: '0',
  UPTAKE_DEMO: 'off',
  UPTAKE_LOG_LEVEL: 'warn',
  UPTAKE_BOOTSTRAP_ADMIN_EMAIL: ADMIN.email,
  UPTAKE_BOOTSTRAP_ADMIN_PASSWORD: ADMIN.password,
  UPTAKE_BOOTSTRAP_WRITE_KEY: WRITE_KEY,
  UPTAKE_BOOTSTRAP_SECRET_KEY: SECRET_KEY,
} as const;

/**
 * Resolves once the server listens. Throws `ServerDidNotStart` with what it said. A directory without a control store is
 * given one as a first start leaves it, which takes a tenth of making it; `isFirst` leaves the making to the server.
 */
export async function startServerProcess(
  directory: string,
  environment: Record<string, string> = {},
  { isFirst = false }: { readonly isFirst?: boolean } = {},
): Promise<ServerProcess> {
  if (!isFirst) await layControlStore(directory);
  const main = fileURLToPath(new URL('./main.ts', import.meta.url));
  return startModule(main, { ...TEST_ENVIRONMENT, UPTAKE_DATA_DIR: directory, ...environment });
}

/** Runs a module that prints one JSON line with its port once it listens; `wrapper` is a command that ends in exec. */
export async function startModule(
  path: string,
  environment: Record<string, string> = {},
  wrapper: readonly string[] = [],
  moduleParameters: readonly string[] = [],
): Promise<ServerProcess> {
  const [program, ...parameters] = [...wrapper, process.execPath, path, ...moduleParameters];
  const child = spawn(program!, parameters, {
    env: { ...inherited(), ...PROCESS_ENVIRONMENT, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const keep = (chunk: Buffer | string) => {
    output = (output + chunk).slice(-200_000);
  };
  child.stderr.on('data', keep);
  const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  const port = await new Promise<number>((resolve, reject) => {
    ended.then((code) => reject(new ServerDidNotStart(`ended with ${code} before it listened: ${output}`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      keep(`${line}\n`);
      if (line.startsWith('{"port"')) resolve((JSON.parse(line) as { port: number }).port);
    });
  });
  const end = (signal: NodeJS.Signals) => {
    child.kill(signal);
    return ended;
  };
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    pid: child.pid!,
    child,
    output: () => output,
    stop: () => end('SIGTERM'),
    kill: async () => void (await end('SIGKILL')),
  };
}

/** Where there is none yet. */
export async function layControlStore(dataDirectory: string): Promise<void> {
  const directory = join(dataDirectory, 'control');
  if (!existsSync(directory)) await layTestControlStore(directory);
}

/** Settings of the surrounding shell must not reach a server under test. */
function inherited(): Record<string, string> {
  return { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? tmpdir() };
}

export function scratchDirectory(): { readonly path: string; readonly remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'uptake-test-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
