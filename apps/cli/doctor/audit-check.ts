/** Whether the audit log is as it was written: every chain of this installation, or of one workspace through its server. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { type Anchor, anchorText, parseAnchor } from '@uptake/domain/audit';
import type { Config } from '@uptake/io/config';
import { layoutOf } from '@uptake/io/data-directory';
import { CommandFailed, EXIT } from '../exit.ts';
import { createServerClient } from '../server-client.ts';
import type { Finding } from './checks.ts';

export type AuditCheckOptions = {
  /** File of anchors from an earlier check: `chain sequence:hash` in each line. */
  readonly anchors?: string;
  readonly writeAnchors?: string;
  /** Of a running server, which holds the stores. */
  readonly url?: string;
  readonly key?: string;
};

type ChainResult = {
  readonly chainId: string;
  readonly entries: number;
  readonly anchor: string;
  readonly fault: { readonly sequence: number; readonly detail: string } | undefined;
};

const INSTALLATION_CHAIN = '00000000-0000-0000-0000-000000000000';

export async function* checkAudit(config: Config, options: AuditCheckOptions): AsyncGenerator<Finding> {
  const anchors = readAnchors(options.anchors);
  const { key, url } = options;
  const results =
    key === undefined ? await checkDirectory(config, anchors) : [await askServer(url ?? '', key, anchors)];
  if (typeof results === 'string') {
    yield { name: 'audit', state: 'problem', detail: results };
    return;
  }
  for (const result of results) yield findingOf(result);
  if (results.length === 0) yield { name: 'audit', state: 'ok', detail: 'nothing was written yet' };
  const isWhole = results.every(({ fault }) => fault === undefined);
  if (options.writeAnchors !== undefined && isWhole) {
    const lines = results.map(({ chainId, anchor }) => `${chainId} ${anchor}\n`);
    writeFileSync(options.writeAnchors, lines.join(''), { mode: 0o600, flush: true });
    yield { name: 'audit', state: 'ok', detail: `anchors written to ${options.writeAnchors}; keep them elsewhere` };
  }
}

function findingOf({ chainId, entries, anchor, fault }: ChainResult): Finding {
  const whose = chainId === INSTALLATION_CHAIN ? 'installation' : `workspace ${chainId}`;
  if (fault === undefined) {
    return { name: 'audit', state: 'ok', detail: `${whose}: ${entries} entries, whole up to ${anchor}` };
  }
  return {
    name: 'audit',
    state: 'problem',
    detail: `${whose}: ${fault.detail}`,
    advice: 'Somebody worked on the database. Compare the entry with an export or a backup from before.',
  };
}

async function checkDirectory(
  config: Config,
  anchors: ReadonlyMap<string, readonly Anchor[]>,
): Promise<readonly ChainResult[] | string> {
  const layout = layoutOf(config.dataDirectory);
  if (!existsSync(layout.controlStore)) return [];
  // The stores are loaded only here: help should not wait for a database.
  const { withInstallation } = await import('../installation.ts');
  try {
    return await withInstallation(config, Date.now, async ({ access }) =>
      (await access.auditLog.verifyAll(anchors)).map(({ chainId, entries, verified, fault }) => ({
        chainId,
        entries,
        anchor: anchorText(verified),
        fault,
      })),
    );
  } catch (error) {
    if ((error as { reason?: unknown }).reason !== 'in_use') throw error;
    return `a server holds ${layout.path}: stop it, or ask it with --url and --key-file (a secret key with the scope "admin")`;
  }
}

type Verification = {
  readonly entries: number;
  readonly anchor: string;
  readonly fault: { readonly sequence: number; readonly detail: string } | null;
};

async function askServer(
  url: string,
  key: string,
  anchors: ReadonlyMap<string, readonly Anchor[]>,
): Promise<ChainResult> {
  const client = createServerClient({ url, key });
  const { id: chainId } = await client.json<{ id: string }>('/api/v1/workspace');
  const anchor = anchors.get(chainId)?.at(-1);
  const query = { anchor: anchor === undefined ? undefined : anchorText(anchor) };
  const { fault, ...result } = await client.json<Verification>('/api/v1/audit/verification', { query });
  return { chainId, ...result, fault: fault ?? undefined };
}

function readAnchors(file: string | undefined): ReadonlyMap<string, readonly Anchor[]> {
  const anchors = new Map<string, Anchor[]>();
  if (file === undefined) return anchors;
  for (const line of readFileSync(file, 'utf8').split('\n').filter(Boolean)) {
    const [chainId = '', text = ''] = line.trim().split(/\s+/);
    const anchor = parseAnchor(text);
    if (anchor === undefined) {
      throw new CommandFailed(`${file} is no file of anchors: "${line.slice(0, 60)}"`, EXIT.misused);
    }
    anchors.set(chainId, [...(anchors.get(chainId) ?? []), anchor]);
  }
  return anchors;
}
