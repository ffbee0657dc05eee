/** Asks once more before something that reaches far, and says what it brings about. */
import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
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
  /** What there is to know before. */
  children?: ReactNode;
};

export function ConfirmDialog({
  title,
  description,
  onClose,
  onConfirm,
  confirmText = 'Change',
  children,
}: ConfirmProps) {
  const confirming = useMutation({ mutationFn: onConfirm, onSuccess: onClose });
  return (
    <Dialog isOpen onClose={onClose} title={title} description={description}>
      {children}
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
