/** Asks once more before something that reaches far, and says what it brings about. */
import { useMutation } from '@tanstack/react-query';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { ProblemNotice } from './notice.tsx';

type ConfirmProps = {
  title: string;
  description: string;
  onClose: () => void;
  onConfirm: () => Promise<unknown>;
  /** The act, where it is more than a change. */
  confirmText?: string;
};

export function ConfirmDialog({ title, description, onClose, onConfirm, confirmText = 'Change' }: ConfirmProps) {
  const confirming = useMutation({ mutationFn: onConfirm, onSuccess: onClose });
  return (
    <Dialog isOpen onClose={onClose} title={title} description={description}>
      {confirming.isError && <ProblemNotice error={confirming.error} className="mb-4" />}
      <div className="flex justify-end gap-2">
        <Button weight="quiet" onClick={onClose}>
          Cancel
        </Button>
        <Button weight="primary" isPending={confirming.isPending} onClick={() => confirming.mutate()}>
          {confirmText}
        </Button>
      </div>
    </Dialog>
  );
}
