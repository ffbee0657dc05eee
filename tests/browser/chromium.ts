/** Finds a Chromium on this machine, installs one where that is possible, and launches it for the browser tests. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import type { Browser } from 'playwright-core';

/** Names a Chromium goes by on the PATH of Linux distributions, best first. */
const PROGRAM_NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
/** Where macOS keeps them; they are not on the PATH there. */
const APPLICATIONS = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/**
 * No sandbox, because containers and root cannot have one; nothing that reaches the network by itself, so that a test
 * sees only the requests it caused.
 */
const LAUNCH_ARGUMENTS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
];

const WHAT_TO_DO = `The browser tests need Chromium and none was found. Do one of these and run the tests again:
  Debian, Ubuntu:  sudo apt-get install -y chromium
  Fedora:          sudo dnf install -y chromium
  macOS:           brew install --cask chromium
  elsewhere:       set UPTAKE_TEST_CHROMIUM to the path of a Chromium or Chrome program
  without them:    npm test -- --project unit --project durability`;

export class ChromiumMissing extends Error {
  override readonly name = 'ChromiumMissing';
}

export type Machine = {
  readonly path: string;
  /** `UPTAKE_TEST_CHROMIUM`: wins over everything found. */
  readonly chosenProgram: string | undefined;
  readonly isExecutable: (file: string) => boolean;
};

/** The program to start, or `undefined`. A chosen one that is not there is an error, never silently replaced. */
export function findChromium(machine: Machine = thisMachine()): string | undefined {
  const { chosenProgram } = machine;
  if (chosenProgram !== undefined && chosenProgram !== '') {
    if (machine.isExecutable(chosenProgram)) return chosenProgram;
    throw new ChromiumMissing(`UPTAKE_TEST_CHROMIUM names ${chosenProgram}, which is not a program that can be run.`);
  }
  const folders = machine.path.split(delimiter).filter(isAbsolute);
  const onPath = PROGRAM_NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [...onPath, ...APPLICATIONS].find(machine.isExecutable);
}

/** As `findChromium`, but on Debian and its kin as root it installs the package first. Throws `ChromiumMissing`. */
export function ensureChromium(say: (line: string) => void = console.error): string {
  const found = findChromium();
  if (found !== undefined) return found;
  if (canInstall()) {
    say('No Chromium found: installing the Debian package (apt-get install chromium).');
    installDebianPackage();
    const installed = findChromium();
    if (installed !== undefined) return installed;
  }
  throw new ChromiumMissing(WHAT_TO_DO);
}

export async function launchChromium(): Promise<Browser> {
  // Loaded late: the test runner asks this file for a Chromium without wanting to drive one.
  const { chromium } = await import('playwright-core');
  return chromium.launch({ executablePath: ensureChromium(), args: LAUNCH_ARGUMENTS, headless: true });
}

function canInstall(): boolean {
  return process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
}

/** Package mirrors fail now and then, so each step is tried three times; apt waits for another apt by itself. */
function installDebianPackage(): void {
  const steps = [
    ['update', '-q'],
    ['install', '-y', '-q', '--no-install-recommends', 'chromium', 'fonts-liberation'],
  ];
  for (const step of steps) {
    const isDone = [1, 2, 3].some(() => aptGet(step));
    if (!isDone) throw new ChromiumMissing(`apt-get ${step[0]} failed three times.\n${WHAT_TO_DO}`);
  }
}

function aptGet(parameters: readonly string[]): boolean {
  const result = spawnSync(
    'apt-get',
    ['-o', 'DPkg::Lock::Timeout=120', '-o', 'Acquire::Retries=3', ...parameters],
    // Standard output goes to standard error: the last line on standard output belongs to the test run.
    { stdio: ['ignore', 2, 2], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } },
  );
  return result.status === 0;
}

function thisMachine(): Machine {
  return {
    path: process.env.PATH ?? '',
    chosenProgram: process.env.UPTAKE_TEST_CHROMIUM,
    isExecutable,
  };
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
