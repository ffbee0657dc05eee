/** Adds a person to the workspace, and shows the password of one who is new, this once. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { MemberRole } from '@uptake/domain/contract';
import type { FormEvent } from 'react';
import { usePlace } from '../shell/place.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { ProblemNotice } from '../ui/notice.tsx';
import { SecretText } from '../ui/secret-text.tsx';
import { type AddedMember, addMember, membersQuery, ROLES } from './members.ts';

export function AddMemberDialog({ onClose }: { onClose: () => void }) {
  const { workspace, summary } = usePlace();
  const queryClient = useQueryClient();
  const addition = useMutation({
    mutationFn: (member: { email: string; name: string; role: MemberRole }) => addMember(workspace.id, member),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: membersQuery(workspace.id).queryKey }),
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const field = (name: string) => String(form.get(name) ?? '').trim();
    addition.mutate({ email: field('email'), name: field('name'), role: field('role') as MemberRole });
  };
  if (addition.data) return <Added member={addition.data} onClose={onClose} />;
  return (
    <Dialog isOpen onClose={onClose} title="Add a member">
      <form onSubmit={submit} className="space-y-4">
        <TextField label="Email" name="email" type="email" required maxLength={254} autoComplete="off" />
        <TextField label="Name" name="name" required maxLength={200} autoComplete="off" />
        <SelectField label="Role" name="role" defaultValue="analyst">
          {ROLES.filter(({ role }) => role !== 'owner' || summary.role === 'owner').map(({ role, note }) => (
            <option key={role} value={role}>
              {role}: {note}
            </option>
          ))}
        </SelectField>
        {addition.isError && <ProblemNotice error={addition.error} />}
        <div className="flex justify-end gap-2">
          <Button weight="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" weight="primary" isPending={addition.isPending}>
            Add
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function Added({ member, onClose }: { member: AddedMember; onClose: () => void }) {
  const who = member.name || member.email;
  return (
    <Dialog
      isOpen
      onClose={onClose}
      isDismissable={member.password === null}
      title={member.password === null ? `${who} is a member now` : 'Copy the password now'}
      description={
        member.password === null
          ? 'They sign in with the password they have here already.'
          : `Give it to ${who} by a way you trust.`
      }
    >
      <div className="space-y-4">
        {member.password !== null && (
          <SecretText secret={member.password} label={`Password of ${who}`} copyLabel="Copy password">
            It is stored as a hash only and cannot be shown again.
          </SecretText>
        )}
        <div className="flex justify-end">
          <Button weight="primary" onClick={onClose}>
            {member.password === null ? 'Done' : 'I have copied it'}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
