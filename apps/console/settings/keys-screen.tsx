/** Settings → Keys: what may send and ask, with create, rotate and revoke. */
import { useQuery } from '@tanstack/react-query';
import { KeyRound, Plus } from 'lucide-react';
import { useState } from 'react';
import { keysQuery } from '../api/queries.ts';
import type { ApiKey } from '../api/types.ts';
import { canManage, usePlace } from '../shell/place.ts';
import { Button } from '../ui/button.tsx';
import { Card, ScreenHeader } from '../ui/card.tsx';
import { EmptyState, ProblemNotice } from '../ui/notice.tsx';
import { CreateKeyDialog } from './create-key-dialog.tsx';
import { KeyList } from './key-list.tsx';
import { isUsable } from './key-status.ts';
import { RevokeKeyDialog } from './revoke-key-dialog.tsx';
import { RotateKeyDialog } from './rotate-key-dialog.tsx';

type OpenDialog = { kind: 'create' } | { kind: 'rotate' | 'revoke'; key: ApiKey };

export function KeysScreen() {
  const { workspace, summary } = usePlace();
  const keys = useQuery(keysQuery(workspace.id));
  const [dialog, setDialog] = useState<OpenDialog>();
  const [areEndedShown, setEndedShown] = useState(false);
  const isManager = canManage(summary);
  const nowMs = Date.now();
  const all = (keys.data?.keys ?? []).toSorted((a, b) => b.created_at.localeCompare(a.created_at));
  const ended = all.filter((key) => !isUsable(key, nowMs));
  const shown = areEndedShown ? all : all.filter((key) => isUsable(key, nowMs));
  const close = () => setDialog(undefined);

  return (
    <>
      <ScreenHeader
        title="Keys"
        aside={
          isManager && (
            <Button weight="primary" onClick={() => setDialog({ kind: 'create' })}>
              <Plus className="size-4" aria-hidden="true" /> Create key
            </Button>
          )
        }
      >
        Write keys send events and may be public. Secret keys read and change {workspace.name}.
      </ScreenHeader>
      {keys.isError && <ProblemNotice error={keys.error} onRetry={() => void keys.refetch()} className="mb-4" />}
      {!isManager && (
        <p className="mb-4 rounded-lg bg-sunken px-3 py-2 text-muted">
          Your role ({summary.role}) can look at keys. Owners and admins create, rotate and revoke them.
        </p>
      )}
      <Card className="overflow-hidden" bodyClassName="p-0">
        {keys.data === undefined && !keys.isError && <ListSkeleton />}
        {shown.length > 0 && (
          <KeyList
            keys={shown}
            isManager={isManager}
            onRotate={(key) => setDialog({ kind: 'rotate', key })}
            onRevoke={(key) => setDialog({ kind: 'revoke', key })}
          />
        )}
        {keys.data && shown.length === 0 && (
          <EmptyState
            icon={KeyRound}
            title="No keys in use"
            action={
              isManager && (
                <Button weight="primary" onClick={() => setDialog({ kind: 'create' })}>
                  Create key
                </Button>
              )
            }
          >
            Create a write key to send events from your product.
          </EmptyState>
        )}
      </Card>
      {ended.length > 0 && (
        <Button weight="quiet" size="small" className="mt-3" onClick={() => setEndedShown(!areEndedShown)}>
          {areEndedShown ? 'Hide' : 'Show'} revoked and expired keys ({ended.length})
        </Button>
      )}
      {dialog?.kind === 'create' && <CreateKeyDialog onClose={close} />}
      {dialog?.kind === 'rotate' && <RotateKeyDialog apiKey={dialog.key} onClose={close} />}
      {dialog?.kind === 'revoke' && <RevokeKeyDialog apiKey={dialog.key} onClose={close} />}
    </>
  );
}

function ListSkeleton() {
  return (
    <div role="status" aria-label="Loading keys" className="divide-y divide-line">
      {[0, 1, 2].map((row) => (
        <div key={row} className="flex h-16 items-center px-4">
          <span className="skeleton h-4 w-2/3" />
        </div>
      ))}
    </div>
  );
}
