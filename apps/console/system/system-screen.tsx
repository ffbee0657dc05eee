/** System: the installation as a whole, for those who operate it. */
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Download, Lock } from 'lucide-react';
import { usePlace } from '../shell/place.ts';
import { buttonClasses } from '../ui/button.tsx';
import { Card, ScreenHeader } from '../ui/card.tsx';
import { EmptyState } from '../ui/notice.tsx';
import { OperatorsCard } from './operators-card.tsx';
import { DIAGNOSTICS_ADDRESS, USAGE_WINDOWS, type UsageWindow } from './questions.ts';
import { UsageWidget } from './usage-widget.tsx';

export function SystemScreen() {
  const { me, workspace } = usePlace();
  const search = useSearch({ strict: false }) as { window?: unknown };
  const navigate = useNavigate();
  const window = USAGE_WINDOWS.find((each) => each === search.window) ?? '24h';
  const choose = (next: UsageWindow) =>
    void navigate({ to: '.', search: (next === '24h' ? {} : { window: next }) as never, resetScroll: false });

  if (!me.user.is_operator) {
    return (
      <>
        <ScreenHeader title="System" />
        <Card>
          <EmptyState icon={Lock} title="For operators of this installation">
            Ask one of them to add you here, or run <code className="font-mono">uptake operators add</code> on the
            server.
          </EmptyState>
        </Card>
      </>
    );
  }
  return (
    <>
      <ScreenHeader title="System">This installation as a whole, across all of its workspaces</ScreenHeader>
      <div className="space-y-4">
        <UsageWidget window={window} onChange={choose} />
        <div className="grid items-start gap-4 lg:grid-cols-2">
          <Card title="Diagnostics">
            <p className="text-muted">
              Versions, settings, counters, sizes and the last errors in one file. Secrets and personal data are left
              out, so that it can be given to whoever helps. Opening it is written into the audit log.
            </p>
            <a
              href={`${DIAGNOSTICS_ADDRESS}?workspace_id=${workspace.id}`}
              download
              className={`${buttonClasses()} mt-3`}
            >
              <Download className="size-4" aria-hidden="true" /> Download diagnostics
            </a>
          </Card>
          <OperatorsCard />
        </div>
      </div>
    </>
  );
}
