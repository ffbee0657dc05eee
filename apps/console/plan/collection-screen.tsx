/** Collection: what this environment takes (mode), for what (policy), and what it leaves out. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { type FormEvent, type ReactNode, useState } from 'react';
import { workspaceQuery } from '../api/queries.ts';
import { canManage, useEnvironment, usePlace } from '../shell/place.ts';
import { Button } from '../ui/button.tsx';
import { Card, ScreenHeader } from '../ui/card.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { CONTROL_CLASSES } from '../ui/field.tsx';
import { ProblemNotice } from '../ui/notice.tsx';
import { changeEnvironment, type EnvironmentSettings, environmentQuery } from './api.ts';
import { CHOICES, type Choice } from './collection-words.ts';

type Change = Parameters<typeof changeEnvironment>[1];

export function CollectionScreen() {
  const { scope, product, environment } = useEnvironment();
  const { summary, workspace } = usePlace();
  const settings = useQuery(environmentQuery(scope));
  const queryClient = useQueryClient();
  const change = useMutation({
    mutationFn: (wanted: Change) => changeEnvironment(scope, wanted),
    onSuccess: async (after) => {
      queryClient.setQueryData(environmentQuery(scope).queryKey, after);
      await queryClient.invalidateQueries({ queryKey: workspaceQuery(workspace.id).queryKey });
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
          <Excluded
            title="Events left out"
            hint="Dropped unread, whatever the plan says."
            placeholder="page_scrolled"
            names={settings.data.excluded_events}
            onChange={isManager ? (names) => change.mutate({ excluded_events: names }) : undefined}
          />
          <Excluded
            title="Feature areas left out"
            hint="Events of these areas are dropped: a switch for selective collection."
            placeholder="beta"
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

type ConfirmProps = { title: string; description: string; onClose: () => void; onConfirm: () => Promise<unknown> };

function ConfirmDialog({ title, description, onClose, onConfirm }: ConfirmProps) {
  const confirming = useMutation({ mutationFn: onConfirm, onSuccess: onClose });
  return (
    <Dialog isOpen onClose={onClose} title={title} description={description}>
      {confirming.isError && <ProblemNotice error={confirming.error} className="mb-4" />}
      <div className="flex justify-end gap-2">
        <Button weight="quiet" onClick={onClose}>
          Cancel
        </Button>
        <Button weight="primary" isPending={confirming.isPending} onClick={() => confirming.mutate()}>
          Change
        </Button>
      </div>
    </Dialog>
  );
}

type ExcludedProps = {
  title: string;
  hint: string;
  placeholder: string;
  names: readonly string[];
  onChange: ((names: string[]) => void) | undefined;
};

function Excluded({ title, hint, placeholder, names, onChange }: ExcludedProps): ReactNode {
  const [text, setText] = useState('');
  const add = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const name = text.trim();
    if (name === '' || onChange === undefined) return;
    onChange([...names, name]);
    setText('');
  };
  return (
    <Card title={title}>
      <p className="mb-3 text-muted">{hint}</p>
      <ul aria-label={title} className="flex flex-wrap gap-1.5">
        {names.map((name) => (
          <li
            key={name}
            className="inline-flex h-7 items-center gap-1 rounded-md bg-sunken pl-2 font-mono text-xs text-ink ring-1 ring-line"
          >
            {name}
            {onChange ? (
              <button
                type="button"
                aria-label={`Collect ${name} again`}
                className="grid size-7 place-items-center rounded-md text-muted hover:text-ink"
                onClick={() => onChange(names.filter((each) => each !== name))}
              >
                <X className="size-3.5" aria-hidden="true" />
              </button>
            ) : (
              <span className="w-1" />
            )}
          </li>
        ))}
        {names.length === 0 && <li className="text-muted">Nothing is left out.</li>}
      </ul>
      {onChange && (
        <form onSubmit={add} className="mt-3 flex gap-2">
          <input
            aria-label={`Add to ${title.toLowerCase()}`}
            className={CONTROL_CLASSES}
            placeholder={placeholder}
            maxLength={100}
            autoComplete="off"
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
          <Button type="submit" disabled={text.trim() === ''}>
            Leave out
          </Button>
        </form>
      )}
    </Card>
  );
}
