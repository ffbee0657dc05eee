/** The versions of a schema, newest first: what each changed, who made it, until when it is still accepted. */
import { useQuery } from '@tanstack/react-query';
import { formatDay, formatInstant } from '../format/time.ts';
import { membersQuery } from '../settings/members.ts';
import { usePlace } from '../shell/place.ts';
import { Card } from '../ui/card.tsx';
import { Badge } from '../ui/figures.tsx';
import type { PlannedWithHistory, Version } from './api.ts';
import { ChangeList } from './change-list.tsx';

export function History({ planned }: { planned: PlannedWithHistory }) {
  const { workspace } = usePlace();
  const members = useQuery(membersQuery(workspace.id));
  const names = new Map((members.data?.members ?? []).map(({ id, name, email }) => [id, name || email]));
  return (
    <Card title="History" bodyClassName="px-0 pb-1">
      <ol aria-label="Versions">
        {planned.history.map((version) => (
          <li key={version.version} className="border-t border-line px-4 py-3">
            <p className="flex flex-wrap items-center gap-2">
              <span className="font-medium text-ink">Version {version.version}</span>
              {version.is_breaking && <Badge tone="bad">breaking</Badge>}
              <span className="text-xs text-muted" title={formatInstant(version.created_at)}>
                {formatDay(version.created_at)} · {authorOf(version, names)}
              </span>
            </p>
            {version.change && version.change.changes.length > 0 && (
              <details className="mt-1" open={version.version === planned.schema.version}>
                <summary className="cursor-pointer text-xs text-muted">
                  {version.change.changes.length === 1 ? '1 change' : `${version.change.changes.length} changes`}
                </summary>
                <div className="mt-1.5">
                  <ChangeList change={version.change} />
                </div>
              </details>
            )}
            {version.change === null && <p className="mt-1 text-xs text-muted">The first version.</p>}
            {version.migration_note && (
              <p className="mt-1.5 rounded-md bg-sunken px-2 py-1.5 text-xs text-ink">
                {version.migration_note}
                {version.reviewer_id && (
                  <span className="block text-muted">
                    Reviewed by {names.get(version.reviewer_id) ?? 'a former member'}
                  </span>
                )}
              </p>
            )}
            {version.accepted_until && (
              <p className="mt-1 text-xs text-warn">Accepted until {formatInstant(version.accepted_until)}</p>
            )}
          </li>
        ))}
      </ol>
    </Card>
  );
}

function authorOf({ created_by_kind, created_by }: Version, names: ReadonlyMap<string, string>): string {
  if (created_by_kind === 'secret_key') return 'with a key';
  if (created_by_kind === 'system' || created_by === null) return 'by Uptake';
  return names.get(created_by) ?? 'a former member';
}
