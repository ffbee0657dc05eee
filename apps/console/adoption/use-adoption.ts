/** What every adoption screen needs: whose data, what the person may do, and a way to act that refreshes what is shown. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { MemberRole } from '@uptake/domain/contract';
import type { Operation } from '../api/graph.ts';
import { usePlace } from '../shell/place.ts';
import { act, refreshAdoption } from './api.ts';

export type Rights = {
  /** Change statuses. */
  mayTrack: boolean;
  /** Bring values and say how they come. */
  mayConfigure: boolean;
  /** Change templates, customers, and who has which plan. */
  mayManage: boolean;
};

export function rightsOf(role: MemberRole): Rights {
  const mayManage = role === 'owner' || role === 'admin';
  const mayConfigure = mayManage || role === 'customer_admin';
  return { mayManage, mayConfigure, mayTrack: mayConfigure || role === 'analyst' };
}

export function useAdoption(): Rights & { workspaceId: string; slug: string } {
  const { workspace, summary } = usePlace();
  return { workspaceId: workspace.id, slug: workspace.slug, ...rightsOf(summary.role) };
}

/** `onDone` comes after everything on the screen is fresh. */
export function useAct<Answer, Variables>(
  operation: Operation<Answer, Variables>,
  onDone?: (answer: Answer) => void | Promise<void>,
) {
  const { workspaceId } = useAdoption();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (variables: Variables) => act(workspaceId, operation, variables),
    onSuccess: async (answer) => {
      await refreshAdoption(queryClient);
      await onDone?.(answer);
    },
  });
}
