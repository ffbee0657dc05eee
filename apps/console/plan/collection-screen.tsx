/** Collection: what this environment takes (mode), for what (policy), and what it leaves out. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { workspaceQuery } from '../api/queries.ts';
import { canManage, useEnvironment, usePlace } from '../shell/place.ts';
import { Card, ScreenHeader } from '../ui/card.tsx';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
import { NameList } from '../ui/name-list.tsx';
import { ProblemNotice } from '../ui/notice.tsx';
import { changeEnvironment, type EnvironmentSettings, environmentQuery } from './api.ts';
import { CHOICES, type Choice } from './collection-words.ts';

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
        />
      )}
    </Card>
  );
}
