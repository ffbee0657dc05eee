/** The versions of a template, newest first. */
import { formatCount } from '../format/numbers.ts';
import { formatInstant } from '../format/time.ts';
import { Card } from '../ui/card.tsx';
import { Badge } from '../ui/figures.tsx';
import type { TemplateVersion } from './types.ts';

export function TemplateVersions({ versions }: { versions: readonly TemplateVersion[] }) {
  if (versions.length === 0) return <p className="py-8 text-center text-muted">Nothing was saved yet.</p>;
  return (
    <Card bodyClassName="p-0">
      <ol aria-label="Versions" className="divide-y divide-line">
        {versions.map(({ version, publishedAt, publishedBy, changeNote, taskCount, attributeCount }, index) => (
          <li key={version} className="flex flex-wrap items-baseline gap-x-3 gap-y-1 px-4 py-3">
            <Badge tone={index === 0 ? 'accent' : 'neutral'}>version {version}</Badge>
            <span className="min-w-0 flex-1 basis-56 text-ink">
              {changeNote ?? <span className="text-muted">No note</span>}
            </span>
            <span className="text-xs text-muted">
              {formatCount(taskCount, 'task')}, {formatCount(attributeCount, 'attribute')}
            </span>
            <span className="text-xs text-muted">
              {formatInstant(publishedAt)}
              {publishedBy && ` by ${publishedBy}`}
            </span>
          </li>
        ))}
      </ol>
    </Card>
  );
}
