/** Says what pruning now would remove, and does it once asked again. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { formatNumber } from '../format/numbers.ts';
import { formatInstant } from '../format/time.ts';
import { usePlace } from '../shell/place.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { ProblemNotice } from '../ui/notice.tsx';
import { previewPrune, prune, retentionRunsQuery } from './api.ts';
import { CLASS_WORDS } from './words.ts';

export function PruneDialog({ onClose }: { onClose: () => void }) {
  const { workspace } = usePlace();
  const queryClient = useQueryClient();
  const preview = useQuery({
    queryKey: ['prune-preview', workspace.id],
    queryFn: () => previewPrune(workspace.id),
    gcTime: 0,
  });
  const pruning = useMutation({
    mutationFn: () => prune(workspace.id),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: retentionRunsQuery(workspace.id).queryKey });
      onClose();
    },
  });
  const found = preview.data?.would_remove.filter(({ rows }) => rows > 0);
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title="Remove what is older than it may be?"
      description="The same happens by itself every night. What is removed cannot be brought back."
    >
      {preview.isPending && <div role="status" aria-label="Looking" className="skeleton h-16 rounded-lg" />}
      {preview.isError && <ProblemNotice error={preview.error} onRetry={() => void preview.refetch()} />}
      {found && (
        <ul className="space-y-1 text-ink">
          {found.map((each) => (
            <li key={`${each.environment_id} ${each.class}`}>
              {formatNumber(each.rows)} {CLASS_WORDS[each.class]} from before {formatInstant(each.before)}
            </li>
          ))}
          {found.length === 0 && <li className="text-muted">Nothing is older than it may be.</li>}
        </ul>
      )}
      {pruning.isError && <ProblemNotice error={pruning.error} className="mt-3" />}
      <div className="mt-4 flex justify-end gap-2">
        <Button weight="quiet" onClick={onClose}>
          Cancel
        </Button>
        <Button
          weight="danger"
          disabled={found === undefined}
          isPending={pruning.isPending}
          onClick={() => pruning.mutate()}
        >
          Remove
        </Button>
      </div>
    </Dialog>
  );
}
