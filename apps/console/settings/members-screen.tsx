/** Settings → Members: who belongs to the workspace, in which role. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { MEMBER_ROLES, type MemberRole } from '@uptake/domain/contract';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { formatDay } from '../format/time.ts';
import { canManage, usePlace } from '../shell/place.ts';
import { Button } from '../ui/button.tsx';
import { Card, ScreenHeader } from '../ui/card.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { CONTROL_CLASSES } from '../ui/field.tsx';
import { Badge } from '../ui/figures.tsx';
import { ProblemNotice } from '../ui/notice.tsx';
import { AddMemberDialog } from './add-member-dialog.tsx';
import { changeRole, type Member, membersQuery, removeMember } from './members.ts';

export function MembersScreen() {
  const { workspace, summary } = usePlace();
  const members = useQuery(membersQuery(workspace.id));
  const [isAdding, setAdding] = useState(false);
  const [leaving, setLeaving] = useState<Member>();
  const isManager = canManage(summary);
  return (
    <>
      <ScreenHeader
        title="Members"
        aside={
          isManager && (
            <Button weight="primary" onClick={() => setAdding(true)}>
              <Plus className="size-4" aria-hidden="true" /> Add member
            </Button>
          )
        }
      >
        Who sees and changes {workspace.name}.
      </ScreenHeader>
      {members.isError && <ProblemNotice error={members.error} onRetry={() => void members.refetch()} />}
      {members.data === undefined && !members.isError && (
        <div role="status" aria-label="Loading members" className="skeleton h-32 rounded-xl" />
      )}
      {members.data && (
        <Card bodyClassName="p-0">
          <ul aria-label="Members" className="divide-y divide-line">
            {members.data.members.map((member) => (
              <MemberRow key={member.id} member={member} onRemove={() => setLeaving(member)} />
            ))}
          </ul>
        </Card>
      )}
      {isAdding && <AddMemberDialog onClose={() => setAdding(false)} />}
      {leaving && <RemoveDialog member={leaving} onClose={() => setLeaving(undefined)} />}
    </>
  );
}

function MemberRow({ member, onRemove }: { member: Member; onRemove: () => void }) {
  const { workspace, summary, me } = usePlace();
  const queryClient = useQueryClient();
  const change = useMutation({
    mutationFn: (role: MemberRole) => changeRole(workspace.id, member.id, role),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: membersQuery(workspace.id).queryKey }),
  });
  // Owners are made, changed and removed by owners.
  const mayChange = summary.role === 'owner' || (summary.role === 'admin' && member.role !== 'owner');
  const roles = MEMBER_ROLES.filter((role) => role !== 'owner' || summary.role === 'owner');
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-2 px-4 py-3">
      <div className="min-w-0 flex-1 basis-48">
        <p className="truncate font-medium text-ink">
          {member.name || member.email} {member.id === me.user.id && <Badge>you</Badge>}
        </p>
        <p className="truncate text-xs text-muted">
          {member.email} · since {formatDay(member.joined_at)}
        </p>
      </div>
      {mayChange ? (
        <div className="flex items-center gap-2">
          <select
            aria-label={`Role of ${member.name || member.email}`}
            className={`${CONTROL_CLASSES} w-auto pr-8`}
            value={member.role}
            disabled={change.isPending}
            onChange={(event) => change.mutate(event.target.value as MemberRole)}
          >
            {roles.map((role) => (
              <option key={role} value={role}>
                {role}
              </option>
            ))}
          </select>
          <Button weight="quiet" onClick={onRemove}>
            Remove<span className="sr-only"> {member.name || member.email}</span>
          </Button>
        </div>
      ) : (
        <Badge>{member.role}</Badge>
      )}
      {change.isError && <ProblemNotice error={change.error} className="w-full" />}
    </li>
  );
}

function RemoveDialog({ member, onClose }: { member: Member; onClose: () => void }) {
  const { workspace } = usePlace();
  const queryClient = useQueryClient();
  const removal = useMutation({
    mutationFn: () => removeMember(workspace.id, member.id),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: membersQuery(workspace.id).queryKey });
      onClose();
    },
  });
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={`Remove ${member.name || member.email}?`}
      description="They are signed out at once and no longer see this workspace. What they made stays. You can add them again."
    >
      {removal.isError && <ProblemNotice error={removal.error} className="mb-4" />}
      <div className="flex justify-end gap-2">
        <Button weight="quiet" onClick={onClose}>
          Cancel
        </Button>
        <Button weight="danger" isPending={removal.isPending} onClick={() => removal.mutate()}>
          Remove
        </Button>
      </div>
    </Dialog>
  );
}
