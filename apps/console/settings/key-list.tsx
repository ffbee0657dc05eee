/** The keys, one line each. */
import { Ellipsis, RefreshCw, Trash2 } from 'lucide-react';
import type { ApiKey } from '../api/types.ts';
import { formatAgo, formatInstant } from '../format/time.ts';
import { usePlace } from '../shell/place.ts';
import { Button } from '../ui/button.tsx';
import { Badge } from '../ui/figures.tsx';
import { Menu, MenuItem } from '../ui/menu.tsx';
import { environmentNameOf, isUsable, type KeyStatus, statusOf } from './key-status.ts';

type KeyListProps = {
  keys: readonly ApiKey[];
  isManager: boolean;
  onRotate: (key: ApiKey) => void;
  onRevoke: (key: ApiKey) => void;
};

const STATUS_TONES = {
  active: 'good',
  ending: 'warn',
  expired: 'neutral',
  revoked: 'neutral',
} as const satisfies Record<KeyStatus['kind'], string>;

export function KeyList({ keys, isManager, onRotate, onRevoke }: KeyListProps) {
  return (
    <ul aria-label="Keys" className="divide-y divide-line">
      {keys.map((key) => (
        <li key={key.id} className="flex items-start gap-3 px-4 py-3">
          <KeyFacts apiKey={key} />
          {isManager && isUsable(key, Date.now()) && (
            <Menu
              align="end"
              trigger={
                <Button weight="quiet" size="icon" aria-label={`Actions for ${key.name}`}>
                  <Ellipsis className="size-4" aria-hidden="true" />
                </Button>
              }
            >
              <MenuItem onSelect={() => onRotate(key)}>
                <RefreshCw aria-hidden="true" /> Rotate…
              </MenuItem>
              <MenuItem onSelect={() => onRevoke(key)}>
                <Trash2 aria-hidden="true" className="!text-bad" /> Revoke…
              </MenuItem>
            </Menu>
          )}
        </li>
      ))}
    </ul>
  );
}

function KeyFacts({ apiKey }: { apiKey: ApiKey }) {
  const { workspace } = usePlace();
  const nowMs = Date.now();
  const status = statusOf(apiKey, nowMs);
  return (
    <div className="min-w-0 flex-1">
      <p className="flex flex-wrap items-center gap-2">
        <span className="font-medium text-ink">{apiKey.name}</span>
        <Badge tone={apiKey.kind === 'write' ? 'accent' : 'warn'}>{apiKey.kind} key</Badge>
        <Badge tone={STATUS_TONES[status.kind]}>{status.text}</Badge>
      </p>
      <p className="mt-1 flex flex-wrap gap-x-3 gap-y-0.5 text-xs text-muted">
        <code className="font-mono">{apiKey.prefix}…</code>
        <span>{environmentNameOf(workspace, apiKey.environment_id)}</span>
        {apiKey.kind === 'secret' && <span>may {apiKey.scopes.join(', ')}</span>}
        {apiKey.allowed_addresses.length > 0 && <span>only from {apiKey.allowed_addresses.join(', ')}</span>}
        <span title={formatInstant(apiKey.created_at)}>created {formatAgo(apiKey.created_at, nowMs)}</span>
        <span>{apiKey.last_used_at ? `used ${formatAgo(apiKey.last_used_at, nowMs)}` : 'never used'}</span>
      </p>
    </div>
  );
}
