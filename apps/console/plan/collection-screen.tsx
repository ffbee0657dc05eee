/** Collection: what this environment takes (mode), for what (policy), and what it leaves out. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { workspaceQuery } from '../api/queries.ts';
import { formatCount } from '../format/numbers.ts';
import { canManage, useEnvironment, usePlace } from '../shell/place.ts';
import { Card, ScreenHeader } from '../ui/card.tsx';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
import { NameList } from '../ui/name-list.tsx';
import { ProblemNotice } from '../ui/notice.tsx';
import { changeEnvironment, type EnvironmentSettings, environmentQuery, planQuery, unplannedQuery } from './api.ts';
import { CHOICES, type Choice, refusedByEnforcing } from './collection-words.ts';
import { usePlanScope } from './use-plan-scope.ts';

const LEFT_OUT = { emptyText: 'Nothing is left out.', addText: 'Leave out', removeText: 'Collect again:' };

type Change = Parameters<typeof changeEnvironment>[1];

export function CollectionScreen() {
  const { scope, product, environment } = useEnvironment();
  const { summary } = usePlace();
  const settings = useQuery(environmentQuery(scope));
  const queryClient = useQueryClient();
  const change = useMutation({
    mutationFn: (wanted: Change) => changeEnvironment(scope, wanted),
    onSuccess: async (after) => {
      queryClient.setQueryData(environmentQuery(scope).queryKey, after);
      await queryClient.invalidateQueries({ queryKey: workspaceQuery(summary).queryKey });
    },
  });
  const isManager = canManage(summary);
  return (
    <>
      <ScreenHeader title="Collection">
        What {environment.name} of {product.name} takes. A change is in force everywhere within a second.
      </ScreenHeader>
      {settings.isError && <ProblemNotice error={settings.error} onRetry={() => void settings.refetch()} />}
      {change.isError && <ProblemNotice error={change.error} className="mb-4" />}
      {!isManager && (
        <p className="mb-4 rounded-lg bg-sunken px-3 py-2 text-muted">
          Your role ({summary.role}) can look. Owners and admins change what is collected.
        </p>
      )}
      {settings.data === undefined && !settings.isError && (
        <div role="status" aria-label="Loading" className="skeleton h-64 rounded-xl" />
      )}
      {settings.data && (
        <div className="grid items-start gap-4 xl:grid-cols-2">
          <ChoiceCard choice="mode" settings={settings.data} isManager={isManager} onChange={change.mutateAsync} />
          <ChoiceCard choice="policy" settings={settings.data} isManager={isManager} onChange={change.mutateAsync} />
          <NameList
            title="Events left out"
            hint="Dropped unread, whatever the plan says."
            placeholder="page_scrolled"
            {...LEFT_OUT}
            names={settings.data.excluded_events}
            onChange={isManager ? (names) => change.mutate({ excluded_events: names }) : undefined}
          />
          <NameList
            title="Feature areas left out"
            hint="Events of these areas are dropped: a switch for selective collection."
            placeholder="beta"
            {...LEFT_OUT}
            names={settings.data.excluded_feature_areas}
            onChange={isManager ? (names) => change.mutate({ excluded_feature_areas: names }) : undefined}
          />
        </div>
      )}
    </>
  );
}

type ChoiceCardProps = {
  choice: Choice;
  settings: EnvironmentSettings;
  isManager: boolean;
  onChange: (change: Change) => Promise<unknown>;
};

/** Each choice says what it brings about, and is asked about once: it decides over everybody's events. */
function ChoiceCard({ choice, settings, isManager, onChange }: ChoiceCardProps) {
  const [asked, setAsked] = useState<string>();
  const { title, options } = CHOICES[choice];
  const wanted = options.find(({ value }) => value === asked);
  return (
    <Card title={title}>
      <fieldset className="space-y-2" disabled={!isManager}>
        <legend className="sr-only">{title}</legend>
        {options.map(({ value, label, meaning }) => (
          <label
            key={value}
            className="flex cursor-pointer items-start gap-3 rounded-lg p-3 ring-1 ring-line has-checked:bg-accent-soft has-checked:ring-accent has-disabled:cursor-default"
          >
            <input
              type="radio"
              name={choice}
              value={value}
              checked={settings[choice] === value}
              onChange={() => setAsked(value)}
              className="mt-1 accent-(--accent)"
            />
            <span>
              <span className="block font-medium text-ink">{label}</span>
              <span className="block text-muted">{meaning}</span>
            </span>
          </label>
        ))}
      </fieldset>
      {wanted && (
        <ConfirmDialog
          title={`${wanted.label}?`}
          description={wanted.effect}
          onClose={() => setAsked(undefined)}
          onConfirm={() => onChange({ [choice]: wanted.value })}
        >
          {wanted.value === 'enforce' && <WouldBeRefused />}
        </ConfirmDialog>
      )}
    </Card>
  );
}

const SHOWN_REFUSED = 5;

/** Whoever enforces sees first what it costs. */
function WouldBeRefused() {
  const { scope } = useEnvironment();
  const unplanned = useQuery(unplannedQuery(scope));
  const plan = useQuery(planQuery(usePlanScope()));
  if (unplanned.data === undefined || plan.data === undefined) {
    return <div role="status" aria-label="Loading what would be refused" className="skeleton mb-4 h-16 rounded-lg" />;
  }
  const refused = refusedByEnforcing(unplanned.data.events, plan.data.schemas);
  if (refused.length === 0)
    return <p className="mb-4 text-ink">Everything of the last 30 days would have been taken.</p>;
  return (
    <div className="mb-4 text-ink">
      <p>Of what came in the last 30 days, these would have been rejected:</p>
      <ul aria-label="Would have been rejected" className="mt-1 space-y-0.5">
        {refused.slice(0, SHOWN_REFUSED).map(({ eventName, events, why }) => (
          <li key={eventName}>
            <code className="font-mono text-xs">{eventName}</code>{' '}
            <span className="text-muted">
              {formatCount(events, 'event')}, {why}
            </span>
          </li>
        ))}
      </ul>
      {refused.length > SHOWN_REFUSED && (
        <p className="text-muted">and {formatCount(refused.length - SHOWN_REFUSED, 'more event name')}</p>
      )}
    </div>
  );
}
