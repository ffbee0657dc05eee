/** What is kept of review packs: requested, filled or failed, deleted. */
import type { ControlStore } from '@uptake/io/control-store';
import { reviewPacks } from '@uptake/io/control-store/schema';
import { and, desc, eq } from 'drizzle-orm';
import type { ReviewPackContents } from './contents.ts';

type Row = typeof reviewPacks.$inferSelect;
/** Written by `finishPack` alone, so that the contents have the shape it takes. */
export type ReviewPack = Omit<Row, 'contents'> & { readonly contents: ReviewPackContents | null };
export type NewReviewPack = Pick<
  Row,
  'workspaceId' | 'environmentId' | 'tenantId' | 'title' | 'periodFrom' | 'periodTo' | 'requestedAt' | 'requestedBy'
>;

const LISTED = 200;

export type ReviewPackStore = ReturnType<typeof createReviewPackStore>;

export function createReviewPackStore(controlStore: ControlStore) {
  const mine = (workspaceId: string, id: string) =>
    and(eq(reviewPacks.workspaceId, workspaceId), eq(reviewPacks.id, id));

  return {
    insert: (pack: NewReviewPack): Promise<ReviewPack> =>
      controlStore.withWorkspace(pack.workspaceId, async (tx) => {
        const [row] = await tx.insert(reviewPacks).values(pack).returning();
        return row as ReviewPack;
      }),

    /** Newest first. */
    list: (workspaceId: string): Promise<readonly ReviewPack[]> =>
      controlStore.withWorkspace(
        workspaceId,
        async (tx) =>
          (await tx
            .select()
            .from(reviewPacks)
            .where(eq(reviewPacks.workspaceId, workspaceId))
            .orderBy(desc(reviewPacks.requestedAt), desc(reviewPacks.id))
            .limit(LISTED)) as ReviewPack[],
      ),

    find: (workspaceId: string, id: string): Promise<ReviewPack | undefined> =>
      controlStore.withWorkspace(workspaceId, async (tx) => {
        const [row] = await tx.select().from(reviewPacks).where(mine(workspaceId, id));
        return row as ReviewPack | undefined;
      }),

    /** Of a pack that was deleted meanwhile there is nothing to finish. */
    finish: (
      { workspaceId, id }: Pick<ReviewPack, 'workspaceId' | 'id'>,
      outcome: { readonly contents: ReviewPackContents } | { readonly error: string },
      finishedAt: Date,
    ): Promise<void> =>
      controlStore.withWorkspace(workspaceId, async (tx) => {
        const set =
          'contents' in outcome ? { state: 'ready' as const, ...outcome } : { state: 'failed' as const, ...outcome };
        await tx
          .update(reviewPacks)
          .set({ ...set, finishedAt })
          .where(mine(workspaceId, id));
      }),

    remove: (workspaceId: string, id: string): Promise<boolean> =>
      controlStore.withWorkspace(workspaceId, async (tx) => {
        const gone = await tx.delete(reviewPacks).where(mine(workspaceId, id)).returning({ id: reviewPacks.id });
        return gone.length > 0;
      }),
  };
}
