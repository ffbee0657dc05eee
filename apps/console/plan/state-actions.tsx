/** The buttons that move a schema to its next state, each asked once with what it brings about. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { canManage, useEnvironment, usePlace } from '../shell/place.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { ProblemNotice } from '../ui/notice.tsx';
import { changeState, discardDraft, type Planned } from './api.ts';
import { TRANSITIONS } from './state-badge.tsx';
import { usePlanScope } from './use-plan-scope.ts';

type Asked = { kind: 'move'; at: number } | { kind: 'discard' };

export function StateActions({ planned: { schema } }: { planned: Planned }) {
  const { summary } = usePlace();
  const [asked, setAsked] = useState<Asked>();
  const transitions = TRANSITIONS[schema.state];
  const isDraft = schema.state === 'draft';
  return (
    <>
      {isDraft && summary.role !== 'viewer' && (
        <Button weight="quiet" onClick={() => setAsked({ kind: 'discard' })}>
          Discard
        </Button>
      )}
      {canManage(summary) &&
        transitions.map(({ to, label }, at) => (
          <Button key={to} weight={isDraft ? 'primary' : 'plain'} onClick={() => setAsked({ kind: 'move', at })}>
            {label}
          </Button>
        ))}
      {asked?.kind === 'move' && (
        <MoveDialog eventName={schema.event_name} {...transitions[asked.at]!} onClose={() => setAsked(undefined)} />
      )}
      {asked?.kind === 'discard' && <DiscardDialog eventName={schema.event_name} onClose={() => setAsked(undefined)} />}
    </>
  );
}

type MoveProps = (typeof TRANSITIONS)['draft'][number] & { eventName: string; onClose: () => void };

function MoveDialog({ eventName, to, label, effect, onClose }: MoveProps) {
  const planScope = usePlanScope();
  const queryClient = useQueryClient();
  const move = useMutation({
    mutationFn: () => changeState(planScope, eventName, to),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ['plan'] });
      onClose();
    },
  });
  return (
    <Dialog isOpen onClose={onClose} title={`${label}: ${eventName}?`} description={effect}>
      {move.isError && <ProblemNotice error={move.error} className="mb-4" />}
      <div className="flex justify-end gap-2">
        <Button weight="quiet" onClick={onClose}>
          Cancel
        </Button>
        <Button
          weight={to === 'blocked' ? 'danger' : 'primary'}
          isPending={move.isPending}
          onClick={() => move.mutate()}
        >
          {label}
        </Button>
      </div>
    </Dialog>
  );
}

function DiscardDialog({ eventName, onClose }: { eventName: string; onClose: () => void }) {
  const { workspace } = usePlace();
  const { product, environment } = useEnvironment();
  const planScope = usePlanScope();
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const discarding = useMutation({
    mutationFn: () => discardDraft(planScope, eventName),
    onSuccess: async () => {
      await navigate({
        to: '/w/$workspace/p/$product/$environment/plan',
        params: { workspace: workspace.slug, product: product.slug, environment: environment.slug },
      });
      await queryClient.invalidateQueries({ queryKey: ['plan'] });
    },
  });
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={`Discard the draft of ${eventName}?`}
      description="The draft and its versions are lost. Events that came are not touched."
    >
      {discarding.isError && <ProblemNotice error={discarding.error} className="mb-4" />}
      <div className="flex justify-end gap-2">
        <Button weight="quiet" onClick={onClose}>
          Keep it
        </Button>
        <Button weight="danger" isPending={discarding.isPending} onClick={() => discarding.mutate()}>
          Discard draft
        </Button>
      </div>
    </Dialog>
  );
}
