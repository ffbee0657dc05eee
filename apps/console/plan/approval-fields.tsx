/** What a breaking change has to bring along: how senders move, who looked at it, until when the old is accepted. */
import { useQuery } from '@tanstack/react-query';
import { membersQuery } from '../settings/members.ts';
import { usePlace } from '../shell/place.ts';
import { SelectField, TextField } from '../ui/field.tsx';
import type { Approval } from './api.ts';

type ApprovalFieldsProps = { approval: Approval; onChange: (approval: Approval) => void; version: number };

export function ApprovalFields({ approval, onChange, version }: ApprovalFieldsProps) {
  const { workspace, me } = usePlace();
  const members = useQuery(membersQuery(workspace.id));
  const reviewers = (members.data?.members ?? []).filter(({ id }) => id !== me.user.id);
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
  return (
    <fieldset className="grid gap-4 rounded-lg bg-sunken p-4 sm:grid-cols-2">
      <legend className="sr-only">What a breaking change needs</legend>
      <TextField
        label="How senders move to the new version"
        className="sm:col-span-2"
        required
        minLength={10}
        maxLength={2_000}
        value={approval.migration_note}
        onChange={(event) => onChange({ ...approval, migration_note: event.target.value })}
        placeholder="The web app stops sending “drag” with release 4.2."
      />
      <SelectField
        label="Reviewed by"
        required
        value={approval.reviewer}
        onChange={(event) => onChange({ ...approval, reviewer: event.target.value })}
        hint={
          members.data && reviewers.length === 0
            ? 'Nobody else is a member yet: add somebody first.'
            : 'A member other than you.'
        }
      >
        <option value="">Choose…</option>
        {reviewers.map(({ id, name, email }) => (
          <option key={id} value={id}>
            {name ? `${name} (${email})` : email}
          </option>
        ))}
      </SelectField>
      <TextField
        label={`Version ${version} is accepted until`}
        type="date"
        required
        min={tomorrow}
        value={approval.accepted_until}
        onChange={(event) => onChange({ ...approval, accepted_until: event.target.value })}
        hint="To the end of that day, UTC."
      />
    </fieldset>
  );
}
