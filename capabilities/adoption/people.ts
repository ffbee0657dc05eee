/** Names of people and keys, for rows that keep their ids. */
import type { AccessReadModel, MemberOfWorkspace } from '../access/read-model.ts';
import type * as model from './model.ts';

export type People = {
  /** `undefined` for somebody who left the workspace. */
  person(userId: string | null): model.Person | undefined;
  /** What to write where somebody acted. */
  nameOf(actorKind: string, actorId: string | null): string | undefined;
};

export async function peopleOf(access: Pick<AccessReadModel, 'membersOf'>, workspaceId: string): Promise<People> {
  const members = new Map<string, MemberOfWorkspace>(
    (await access.membersOf(workspaceId)).map((member) => [member.userId, member]),
  );
  const person = (userId: string | null) => {
    const member = userId === null ? undefined : members.get(userId);
    return member && { id: member.userId, name: member.name || member.email, email: member.email };
  };
  return {
    person,
    nameOf: (kind, id) => {
      if (kind === 'secret_key') return 'an API key';
      return kind === 'member' ? (person(id)?.name ?? 'a former member') : undefined;
    },
  };
}
