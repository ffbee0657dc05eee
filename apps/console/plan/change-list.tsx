/** Changes from one version to another, the breaking ones first and named as such. */
import { Badge } from '../ui/figures.tsx';
import type { Changes } from './api.ts';

export function ChangeList({ change }: { change: Changes }) {
  const changes = change.changes.toSorted((a, b) => a.kind.localeCompare(b.kind));
  return (
    <ul aria-label="Changes" className="space-y-1">
      {changes.map(({ kind, path, message }) => (
        <li key={`${path} ${message}`} className="text-xs text-muted">
          {kind === 'breaking' && <Badge tone="bad">breaking</Badge>} {message}{' '}
          <code className="font-mono text-2xs break-all text-faint">{path}</code>
        </li>
      ))}
    </ul>
  );
}
