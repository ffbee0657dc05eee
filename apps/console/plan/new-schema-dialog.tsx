/** Begins the draft of an event by its name. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { FormEvent } from 'react';
import { useEnvironment, usePlace } from '../shell/place.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { ProblemNotice } from '../ui/notice.tsx';
import { planQuery, putSchema } from './api.ts';
import { emptyDraft } from './document.ts';
import { usePlanScope } from './use-plan-scope.ts';

export function NewSchemaDialog({ onClose }: { onClose: () => void }) {
  const { workspace } = usePlace();
  const { product, environment } = useEnvironment();
  const planScope = usePlanScope();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const creation = useMutation({
    mutationFn: (eventName: string) => putSchema(planScope, eventName, emptyDraft(eventName)),
    onSuccess: async (planned) => {
      await queryClient.invalidateQueries({ queryKey: planQuery(planScope).queryKey });
      await navigate({
        to: '/w/$workspace/p/$product/$environment/plan/$event',
        params: {
          workspace: workspace.slug,
          product: product.slug,
          environment: environment.slug,
          event: planned.schema.event_name,
        },
        search: { edit: 'yes' } as never,
      });
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    creation.mutate(String(new FormData(event.currentTarget).get('event_name') ?? '').trim());
  };
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title="Plan an event"
      description="It begins as a draft, which changes nothing for those who send."
    >
      <form onSubmit={submit} className="space-y-4">
        <TextField
          label="Event name"
          name="event_name"
          required
          maxLength={100}
          pattern="[a-z][a-z0-9_]*"
          title="Lower-case letters, digits and underscores, a letter first"
          autoComplete="off"
          placeholder="project_created"
          hint="Lower-case letters, digits and underscores: what happened, object first."
        />
        {creation.isError && <ProblemNotice error={creation.error} />}
        <div className="flex justify-end gap-2">
          <Button weight="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" weight="primary" isPending={creation.isPending}>
            Begin draft
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
