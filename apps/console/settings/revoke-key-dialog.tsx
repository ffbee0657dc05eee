/** Asks once before a key is revoked, naming what is lost. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { keysQuery, revokeKey } from '../api/queries.ts';
import type { ApiKey } from '../api/types.ts';
import { usePlace } from '../shell/place.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { ProblemNotice } from '../ui/notice.tsx';
import { lossOf } from './key-status.ts';

export function RevokeKeyDialog({ apiKey, onClose }: { apiKey: ApiKey; onClose: () => void }) {
  const { workspace } = usePlace();
  const queryClient = useQueryClient();
  const revocation = useMutation({
    mutationFn: () => revokeKey(workspace.id, apiKey.id),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: keysQuery(workspace.id).queryKey });
      onClose();
    },
  });
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={`Revoke “${apiKey.name}” (${apiKey.prefix}…)?`}
      description={lossOf(apiKey, workspace, Date.now())}
    >
      <p className="mb-4 text-muted">This cannot be undone. To change over without a gap, rotate the key instead.</p>
      {revocation.isError && <ProblemNotice error={revocation.error} className="mb-4" />}
      <div className="flex justify-end gap-2">
        <Button weight="quiet" onClick={onClose}>
          Keep key
        </Button>
        <Button weight="danger" isPending={revocation.isPending} onClick={() => revocation.mutate()}>
          Revoke key
        </Button>
      </div>
    </Dialog>
  );
}
