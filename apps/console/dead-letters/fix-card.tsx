/** Mends a cause: by the tracking plan or by a mapping, looked at on the stored events before any of them comes back. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { MappingStep } from '@uptake/domain/tracking-plan';
import { useState } from 'react';
import { formatCount, formatNumber } from '../format/numbers.ts';
import { plannedQuery } from '../plan/api.ts';
import { usePlanScope } from '../plan/use-plan-scope.ts';
import { canManage, useEnvironment, usePlace } from '../shell/place.ts';
import { Button, buttonClasses } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { ProblemNotice } from '../ui/notice.tsx';
import { Segmented } from '../ui/segmented.tsx';
import {
  type Cause,
  type DraftReference,
  type EventMapping,
  type Letter,
  type Preview,
  previewReplay,
  runsQuery,
  startReplay,
} from './api.ts';
import { MappingBuilder } from './mapping-builder.tsx';
import { Payload } from './payload.tsx';
import { nameOf, outcomeInWords } from './words.ts';

type Way = 'plan' | 'mapping';

/** Reasons that the tracking plan gives, so that a change of it can take them away. */
const OF_THE_PLAN = new Set([
  'unplanned_event',
  'schema_blocked',
  'envelope_mismatch',
  'property_not_allowed',
  'property_missing',
  'property_invalid',
]);

export function FixCard({ cause, letters }: { cause: Cause; letters: readonly Letter[] }) {
  const { scope } = useEnvironment();
  const { summary } = usePlace();
  const isOfPlan = OF_THE_PLAN.has(cause.reason);
  const [way, setWay] = useState<Way>(cause.reason === 'unplanned_event' ? 'plan' : 'mapping');
  const [steps, setSteps] = useState<readonly MappingStep[]>([]);
  const [isConfirming, setConfirming] = useState(false);
  const draft = useDraft(cause.event_name, isOfPlan);
  const mapping: EventMapping | undefined = way === 'mapping' && steps.length > 0 ? { steps } : undefined;
  const preview = useMutation({
    mutationFn: (wanted: DraftReference | undefined) => previewReplay(scope, cause.cause, mapping, wanted),
  });
  const isManager = canManage(summary);
  const change = (next: readonly MappingStep[]) => {
    setSteps(next);
    preview.reset();
  };
  return (
    <Card
      title="Mend it"
      aside={
        isOfPlan && (
          <Segmented
            label="How to mend it"
            value={way}
            onChange={(next) => {
              setWay(next);
              preview.reset();
            }}
            choices={[
              { value: 'mapping', label: 'Change the events' },
              { value: 'plan', label: 'Change the plan' },
            ]}
          />
        )
      }
    >
      {way === 'plan' ? (
        <PlanWay eventName={cause.event_name} />
      ) : (
        <>
          <p className="mb-3 text-muted">
            Say how the events that were refused become what was meant. Who, when and which event it was stays as it is.
          </p>
          <MappingBuilder
            steps={steps}
            onChange={change}
            knownNames={namesIn(letters)}
            suspect={cause.path.startsWith('/properties/') ? nameOf(cause.path) : ''}
          />
        </>
      )}
      <div className="mt-4 flex flex-wrap gap-2 border-t border-line pt-4">
        <Button isPending={preview.isPending} onClick={() => preview.mutate(undefined)}>
          Look at what would come of it
        </Button>
        {way === 'plan' && draft && (
          <Button isPending={preview.isPending} onClick={() => preview.mutate(draft)}>
            With the draft in force
          </Button>
        )}
        <Button
          weight="primary"
          disabled={!isManager || preview.data === undefined || wouldAccept(preview.data) === 0}
          onClick={() => setConfirming(true)}
        >
          Bring back…
        </Button>
      </div>
      {!isManager && <p className="mt-2 text-xs text-muted">Bringing events back takes an admin of the workspace.</p>}
      {preview.isError && <ProblemNotice error={preview.error} className="mt-3" />}
      {preview.data && <PreviewResult preview={preview.data} />}
      {isConfirming && preview.data && (
        <ReplayDialog
          cause={cause}
          mapping={mapping}
          preview={preview.data}
          onClose={(isStarted) => {
            setConfirming(false);
            if (isStarted) preview.reset();
          }}
        />
      )}
    </Card>
  );
}

function wouldAccept({ outcomes }: Preview): number {
  return outcomes.filter(({ result }) => result === 'accepted').reduce((sum, { events }) => sum + events, 0);
}

/** The event's draft, where its newest version is one. */
function useDraft(eventName: string, isWanted: boolean): DraftReference | undefined {
  const planned = useQuery({
    ...plannedQuery(usePlanScope(), eventName),
    enabled: isWanted && eventName !== '',
    retry: false,
  });
  const schema = planned.data?.schema;
  return schema?.state === 'draft' ? { event_name: eventName, version: schema.version } : undefined;
}

function PlanWay({ eventName }: { eventName: string }) {
  const { workspace } = usePlace();
  const { product, environment } = useEnvironment();
  const planned = useQuery({ ...plannedQuery(usePlanScope(), eventName), enabled: eventName !== '', retry: false });
  const params = { workspace: workspace.slug, product: product.slug, environment: environment.slug, event: eventName };
  return (
    <div className="space-y-3 text-muted">
      <p>
        Where what was sent is right and the plan is not, change the plan: the events come back as they were sent,
        judged by the plan that is in force then.
      </p>
      {planned.data ? (
        <Link
          to="/w/$workspace/p/$product/$environment/plan/$event"
          params={params}
          search={{ edit: 'yes' } as never}
          className={buttonClasses('plain')}
        >
          Edit the schema of {eventName}
        </Link>
      ) : (
        <Link to="/w/$workspace/p/$product/$environment/plan" params={params} className={buttonClasses('plain')}>
          Open the tracking plan
        </Link>
      )}
    </div>
  );
}

function namesIn(letters: readonly Letter[]): string[] {
  const names = letters.flatMap(({ payload }) => {
    const properties = (payload as { properties?: unknown } | null)?.properties;
    return typeof properties === 'object' && properties !== null ? Object.keys(properties) : [];
  });
  return [...new Set(names)];
}

function PreviewResult({ preview }: { preview: Preview }) {
  const [example] = preview.examples;
  return (
    <div className="mt-4 space-y-3" role="status" aria-label="What would come of it">
      <ul className="space-y-0.5 text-ink">
        {preview.outcomes.map((outcome) => (
          <li key={`${outcome.result} ${outcome.reason}`}>{outcomeInWords(outcome)}</li>
        ))}
        {preview.outcomes.length === 0 && <li className="text-muted">There is nothing to bring back.</li>}
      </ul>
      {preview.examined < preview.total && (
        <p className="text-xs text-muted">
          Tried on {formatNumber(preview.examined)}, taken evenly from all {formatNumber(preview.total)}.
        </p>
      )}
      {example && (
        <div className="grid grid-cols-1 gap-3 lg:grid-cols-2">
          <div>
            <p className="mb-1 text-xs font-medium text-muted">As it was sent</p>
            <Payload payload={example.before} comparedWith={example.after} />
          </div>
          <div>
            <p className="mb-1 text-xs font-medium text-muted">
              As it would come back{example.result === 'rejected' && `: ${example.detail}`}
            </p>
            <Payload payload={example.after} wrongPath={example.path} comparedWith={example.before} isAfter />
          </div>
        </div>
      )}
    </div>
  );
}

type ReplayDialogProps = {
  cause: Cause;
  mapping: EventMapping | undefined;
  preview: Preview;
  onClose: (isStarted: boolean) => void;
};

function ReplayDialog({ cause, mapping, preview, onClose }: ReplayDialogProps) {
  const { scope, environment } = useEnvironment();
  const queryClient = useQueryClient();
  const replay = useMutation({
    mutationFn: () => startReplay(scope, cause.cause, mapping),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: runsQuery(scope).queryKey });
      onClose(true);
    },
  });
  return (
    <Dialog
      isOpen
      onClose={() => onClose(false)}
      title={`Bring ${formatCount(preview.total, 'event')} back?`}
      description={`They are stored in ${environment.name} as of when they happened, each once, however often this is done. It cannot be undone.`}
    >
      {replay.isError && <ProblemNotice error={replay.error} className="mb-3" />}
      <div className="flex justify-end gap-2">
        <Button weight="quiet" onClick={() => onClose(false)}>
          Cancel
        </Button>
        <Button weight="primary" isPending={replay.isPending} onClick={() => replay.mutate()}>
          Bring back
        </Button>
      </div>
    </Dialog>
  );
}
