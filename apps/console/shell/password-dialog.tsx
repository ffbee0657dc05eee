/** Changes one's own password: the one that was handed over at the start is known to somebody else. */
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { changePassword } from '../api/queries.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { ProblemNotice } from '../ui/notice.tsx';

const LEAST = 8;
const MOST = 128;

export function PasswordDialog({ onClose }: { onClose: () => void }) {
  const [isDifferent, setDifferent] = useState(false);
  const change = useMutation({
    mutationFn: ({ current, next }: { current: string; next: string }) => changePassword(current, next),
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const field = (name: string) => String(form.get(name) ?? '');
    const areDifferent = field('next') !== field('again');
    setDifferent(areDifferent);
    if (!areDifferent) change.mutate({ current: field('current'), next: field('next') });
  };
  if (change.isSuccess) {
    return (
      <Dialog
        isOpen
        onClose={onClose}
        title="The password is changed"
        description="Other browsers you were signed in with have to sign in anew."
      >
        <div className="flex justify-end">
          <Button weight="primary" onClick={onClose}>
            Done
          </Button>
        </div>
      </Dialog>
    );
  }
  return (
    <Dialog isOpen onClose={onClose} title="Change your password">
      <form onSubmit={submit} className="space-y-4">
        <TextField label="Present password" name="current" type="password" required autoComplete="current-password" />
        <TextField
          label="New password"
          hint={`At least ${LEAST} characters.`}
          name="next"
          type="password"
          required
          minLength={LEAST}
          maxLength={MOST}
          autoComplete="new-password"
        />
        <TextField
          label="New password again"
          name="again"
          type="password"
          required
          maxLength={MOST}
          autoComplete="new-password"
          {...(isDifferent ? { error: 'This is not the same as the one above.' } : {})}
        />
        {change.isError && <ProblemNotice error={change.error} />}
        <div className="flex justify-end gap-2">
          <Button weight="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" weight="primary" isPending={change.isPending}>
            Change
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
