/** Begins to link pseudonyms over their changes, after saying what that gives up. */
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { ProblemNotice } from '../ui/notice.tsx';

const MOST_DAYS = 3_650;

type BridgeDialogProps = { leastDays: number; onClose: () => void; onConfirm: (days: number) => Promise<unknown> };

export function BridgeDialog({ leastDays, onClose, onConfirm }: BridgeDialogProps) {
  const [text, setText] = useState('90');
  const days = Number(text);
  const isRight = Number.isInteger(days) && days >= leastDays && days <= MOST_DAYS;
  const linking = useMutation({ mutationFn: () => onConfirm(days), onSuccess: onClose });
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title="Link pseudonyms over their changes?"
      description="Retention over months becomes exact. In return, events of one person can be told to belong together for as long as a link is kept. The links stand apart from the events, say nothing of who it is, and expire. Say so in your privacy notice."
    >
      <form
        className="space-y-3"
        onSubmit={(event) => {
          event.preventDefault();
          if (isRight) linking.mutate();
        }}
      >
        <TextField
          label="Days a link is kept"
          inputMode="numeric"
          value={text}
          onChange={(event) => setText(event.target.value)}
          error={isRight ? undefined : `A whole number from ${leastDays} to ${MOST_DAYS}.`}
        />
        {linking.isError && <ProblemNotice error={linking.error} />}
        <div className="flex justify-end gap-2">
          <Button weight="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" weight="primary" disabled={!isRight} isPending={linking.isPending}>
            Link
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
