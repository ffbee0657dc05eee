/** `uptake doctor --bundle`: what doctor found, as a file that can be given away. */
import { writeFileSync } from 'node:fs';
import { makeBundle } from '@uptake/capabilities/operations/diagnostics';
import { scrubText } from '@uptake/domain/privacy';
import { type Config, describeSettings } from '@uptake/io/config';
import manifest from '../package.json' with { type: 'json' };
import type { Finding } from './checks.ts';

export type BundleInput = {
  readonly file: string;
  readonly config: Config;
  readonly findings: readonly Finding[];
  /** Address of the server that holds the directory, where one does: it is asked for its counters. */
  readonly serverUrl: string | undefined;
  /** Named in findings, and nobody else's business. */
  readonly directory: string;
  readonly nowMs: number;
};

/** Readable by its owner alone; whoever gives it away decides to. Throws where the file exists. */
export async function writeBundle({ file, config, findings, serverUrl, directory, nowMs }: BundleInput): Promise<void> {
  const exposition = serverUrl === undefined ? '' : await askMetrics(serverUrl);
  const bundle = makeBundle(
    {
      nowMs,
      versions: {
        uptake: manifest.version,
        node: process.versions.node,
        platform: `${process.platform} ${process.arch}`,
      },
      settings: describeSettings(config),
      health: { findings },
      stores: null,
      exposition,
      jobs: [],
      recentProblems: [],
    },
    (text) => scrubText(text.replaceAll(directory, '[data directory]')),
  );
  writeFileSync(file, `${JSON.stringify(bundle, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
}

/** Without the counters, where the server gives none. */
async function askMetrics(url: string): Promise<string> {
  try {
    const response = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(5_000), redirect: 'error' });
    return response.ok ? await response.text() : '';
  } catch {
    return '';
  }
}
