/** The workspaces a person belongs to, oldest membership first. */
import type { MemberRole } from '@uptake/domain/contract';
import type { ControlStore } from '@uptake/io/control-store';
import { memberships, workspaces } from '@uptake/io/control-store/schema';
import { asc, eq } from 'drizzle-orm';

export type Membership = {
  readonly workspaceId: string;
  readonly name: string;
  readonly slug: string;
  readonly role: MemberRole;
};

export function membershipsOf(controlStore: ControlStore, userId: string): Promise<readonly Membership[]> {
  return controlStore.asSystem((tx) =>
    tx
      .select({
        workspaceId: memberships.workspaceId,
        name: workspaces.name,
        slug: workspaces.slug,
        role: memberships.role,
      })
      .from(memberships)
      .innerJoin(workspaces, eq(workspaces.id, memberships.workspaceId))
      .where(eq(memberships.userId, userId))
      .orderBy(asc(memberships.createdAt), asc(workspaces.slug)),
  );
}
