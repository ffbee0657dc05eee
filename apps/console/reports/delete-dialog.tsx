/** Asks once before a document is deleted, naming what is lost. */
import { useMutation } from '@tanstack/react-query';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { ProblemNotice } from '../ui/notice.tsx';

type DeleteDialogProps = {
  title: string;
  loss: string;
  onDelete: () => Promise<unknown>;
  onDone: () => void;
  onClose: () => void;
};

export function DeleteDialog({ title, loss, onDelete, onDone, onClose }: DeleteDialogProps) {
  const deletion = useMutation({ mutationFn: onDelete, onSuccess: onDone });
  return (
    <Dialog isOpen onClose={onClose} title={`Delete “${title}”?`} description={loss}>
      {deletion.isError && <ProblemNotice error={deletion.error} className="mb-4" />}
      <div className="flex justify-end gap-2">
        <Button weight="quiet" onClick={onClose}>
          Keep it
        </Button>
        <Button weight="danger" isPending={deletion.isPending} onClick={() => deletion.mutate()}>
          Delete
        </Button>
      </div>
    </Dialog>
  );
}
