import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '@uptake/io/config';
import { CONTROL_STORE_MIGRATIONS } from '@uptake/io/control-store';
import { layTestControlStore } from '@uptake/io/control-store/testing';
import { layoutOf } from '@uptake/io/data-directory';
import { EVENT_STORE_MIGRATIONS, openChdbEventStore } from '@uptake/io/event-store';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { withInstallation, workspacesOf } from './installation.ts';
import { createProgram } from './program.ts';

const directory = mkdtempSync(join(tmpdir(), 'uptake-rollback-'));
const config = readConfig({ UPTAKE_DATA_DIR: directory });
const openEvents = () =>
  openChdbEventStore({
    directory: layoutOf(directory).eventStore,
    timeoutMs: 10_000,
    memoryLimitBytes: config.storeMemoryBytes,
  });
const workspaces = () => withInstallation(config, Date.now, ({ controlStore }) => workspacesOf(controlStore));

beforeAll(async () => {
  await layTestControlStore(layoutOf(directory).controlStore);
  await withInstallation(config, Date.now, ({ access }) => access.bootstrap());
  await (await openEvents()).close();
}, 60_000);
afterAll(() => rmSync(directory, { recursive: true, force: true }));

async function rollback(...parameters: string[]): Promise<string> {
  let text = '';
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((part) => {
    text += String(part);
    return true;
  });
  try {
    await createProgram().parseAsync(['node', 'uptake', 'rollback', ...parameters, '--data-dir', directory]);
  } finally {
    write.mockRestore();
  }
  return text;
}

test('both stores go back to what an earlier release knows, and the next start brings them up again', async () => {
  const before = await workspaces();
  expect(before).toHaveLength(1);
  const said = await rollback('--control-store', '8', '--event-store', '6', '--yes');
  expect(said).toContain(`undoing ${CONTROL_STORE_MIGRATIONS.length} ${CONTROL_STORE_MIGRATIONS.at(-1)}`);
  expect(said).toMatch(/^control store: version 8$/m);
  expect(said).toMatch(/^event store: version 6$/m);
  // Nothing is left to undo, and undoing nothing harms nothing.
  await rollback('--control-store', '8', '--event-store', '6', '--yes');
  expect(await workspaces()).toEqual(before);
  const events = await openEvents();
  expect(events.schemaVersion).toBe(EVENT_STORE_MIGRATIONS.length);
  await events.close();
}, 60_000);

test('nothing is undone without being told twice, nor where there is nothing of the kind', async () => {
  await expect(rollback('--control-store', '8')).rejects.toThrow(/Pass --yes/);
  await expect(rollback()).rejects.toThrow(/Say with --control-store or --event-store/);
  await expect(rollback('--event-store', '99', '--yes')).rejects.toThrow(/has version \d+, not 99/);
  await withInstallation(config, Date.now, async ({ controlStore }) => {
    expect(controlStore.schemaVersion).toBe(CONTROL_STORE_MIGRATIONS.length);
    await expect(rollback('--control-store', '8', '--yes')).rejects.toThrow(/in use/);
  });
  const elsewhere = join(directory, 'elsewhere');
  const program = createProgram();
  const parameters = ['node', 'uptake', 'rollback', '--control-store', '8', '--yes', '--data-dir', elsewhere];
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  await expect(program.parseAsync(parameters)).rejects.toThrow(/There is no control store/);
  vi.restoreAllMocks();
}, 60_000);
