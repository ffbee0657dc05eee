/** Real servers of Debian's packages, started for one test file in a directory of their own as a user without rights. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export const PASSWORD = 'canary-pässword';
export const HOST = 'db.example';

export type Started = { readonly port: number; readonly certificate: string; stop(): Promise<void> };

/** Database servers refuse to run as root; `nobody` is on every Debian. */
const NOBODY = 65_534;
const asNobody = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
const START_TIMEOUT_MS = 40_000;

export async function startPostgresql(): Promise<Started> {
  const directory = makeDirectory();
  const certificate = makeCertificate(directory);
  const bin = postgresqlBin();
  const data = join(directory, 'data');
  const password = ownFile(directory, 'password', `${PASSWORD}\n`);
  const made = ['-D', data, '-U', 'reader', '-A', 'scram-sha-256', `--pwfile=${password}`, '--no-sync', '-E', 'UTF8'];
  execFileSync(join(bin, 'initdb'), made, { ...asNobody, stdio: 'ignore', cwd: directory });
  const port = await freePort();
  const settings = {
    ssl: 'on',
    ssl_cert_file: join(directory, 'cert.pem'),
    ssl_key_file: join(directory, 'key.pem'),
    fsync: 'off',
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const args = ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', directory, ...flags];
  const server = spawn(join(bin, 'postgres'), args, { ...asNobody, stdio: 'ignore', cwd: directory });
  return { port, certificate, stop: await started(server, port, directory, 'SIGINT') };
}

export async function startMariadb(sql: string): Promise<Started> {
  const directory = makeDirectory();
  const certificate = makeCertificate(directory);
  const data = join(directory, 'data');
  const install = ['--no-defaults', `--datadir=${data}`, '--auth-root-authentication-method=normal', '--skip-test-db'];
  execFileSync('mariadb-install-db', install, { ...asNobody, stdio: 'ignore', cwd: directory });
  const port = await freePort();
  const args = [
    '--no-defaults',
    `--datadir=${data}`,
    `--port=${port}`,
    '--bind-address=127.0.0.1',
    `--socket=${join(directory, 's')}`,
    `--pid-file=${join(directory, 'pid')}`,
    `--init-file=${ownFile(directory, 'init.sql', sql)}`,
    `--ssl-cert=${join(directory, 'cert.pem')}`,
    `--ssl-key=${join(directory, 'key.pem')}`,
    '--innodb-flush-log-at-trx-commit=0',
    '--character-set-server=utf8mb4',
  ];
  const server = spawn('/usr/sbin/mariadbd', args, { ...asNobody, stdio: 'ignore', cwd: directory });
  return { port, certificate, stop: await started(server, port, directory, 'SIGTERM') };
}

function postgresqlBin(): string {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root).sort((left, right) => Number(right) - Number(left)) : [];
  if (versions[0] === undefined) throw new Error('PostgreSQL is not installed: apt-get install postgresql');
  return join(root, versions[0], 'bin');
}

function makeDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'uptake-db-'));
  if (asNobody.uid !== undefined) chownSync(directory, NOBODY, NOBODY);
  return directory;
}

function ownFile(directory: string, name: string, content: string): string {
  const path = join(directory, name);
  writeFileSync(path, content, { mode: 0o600 });
  if (asNobody.uid !== undefined) chownSync(path, NOBODY, NOBODY);
  return path;
}

function makeCertificate(directory: string): string {
  const [key, cert] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
  const made = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
  const subject = ['-subj', `/CN=${HOST}`, '-addext', `subjectAltName=DNS:${HOST}`];
  execFileSync('openssl', [...made, ...subject, '-keyout', key, '-out', cert], { ...asNobody, stdio: 'ignore' });
  chmodSync(key, 0o600);
  return readFileSync(cert, 'utf8');
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

async function started(
  server: ChildProcess,
  port: number,
  directory: string,
  signal: NodeJS.Signals,
): Promise<Started['stop']> {
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  const stop = async () => {
    server.kill(signal);
    await ended;
    rmSync(directory, { recursive: true, force: true });
  };
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!(await takesConnections(port))) {
    if (server.exitCode !== null || Date.now() > deadline) {
      await stop();
      throw new Error('The database server did not start.');
    }
    await sleep(50);
  }
  return stop;
}

function takesConnections(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port }, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
