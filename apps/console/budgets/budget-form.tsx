/** Sets the budget of an environment: a number for the whole, numbers for feature areas, and what may be sampled. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Plus, X } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { formatNumber } from '../format/numbers.ts';
import { useEnvironment } from '../shell/place.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { ProblemNotice } from '../ui/notice.tsx';
import { type BudgetAnswer, type BudgetDocument, budgetQuery, setBudget } from './api.ts';
import { readCount } from './words.ts';

type AreaRow = { key: number; featureArea: string; perDay: string };

const DEFAULT_TEXT_LENGTH = 256;

export function BudgetForm({ answer, onClose }: { answer: BudgetAnswer; onClose: () => void }) {
  const { scope, environment } = useEnvironment();
  const queryClient = useQueryClient();
  const { budget } = answer;
  const [perDay, setPerDay] = useState(budget?.events_per_day ? formatNumber(budget.events_per_day) : '');
  const [areas, setAreas] = useState<AreaRow[]>(() =>
    (budget?.areas ?? []).map((area, key) => ({
      key,
      featureArea: area.feature_area,
      perDay: formatNumber(area.events_per_day),
    })),
  );
  const [samplesOutcomes, setSamplesOutcomes] = useState(budget?.samples_outcomes ?? false);
  const [isShaping, setShaping] = useState(budget?.shaping != null);
  const [kept, setKept] = useState((budget?.shaping?.keep_properties ?? []).join(', '));
  const [isChecked, setChecked] = useState(false);
  const change = useMutation({
    mutationFn: (document: BudgetDocument) => setBudget(scope, document, budget?.revision ?? 0),
    onSuccess: (changed) => {
      queryClient.setQueryData(budgetQuery(scope).queryKey, changed);
      onClose();
    },
  });
  const wholeError =
    perDay.trim() === ''
      ? areas.length === 0
        ? 'Give a number here or for a feature area'
        : undefined
      : readCount(perDay) === undefined
        ? 'A whole number of events above zero'
        : undefined;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setChecked(true);
    const counted = areas.map((area) => ({
      feature_area: area.featureArea,
      events_per_day: readCount(area.perDay) ?? 0,
    }));
    if (wholeError !== undefined || counted.some((area) => area.events_per_day === 0)) return;
    change.mutate({
      events_per_day: readCount(perDay) ?? null,
      areas: counted,
      samples_outcomes: samplesOutcomes,
      shaping: isShaping
        ? {
            max_text_length: budget?.shaping?.max_text_length ?? DEFAULT_TEXT_LENGTH,
            keep_properties: kept
              .split(',')
              .map((name) => name.trim())
              .filter(Boolean),
          }
        : null,
    });
  };
  const update = (key: number, parts: Partial<AreaRow>) =>
    setAreas(areas.map((area) => (area.key === key ? { ...area, ...parts } : area)));
  const known = answer.areas.map((area) => area.feature_area).filter(Boolean);

  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={`Budget of ${environment.name}`}
      description="Holds from the next event on."
    >
      <form onSubmit={submit} className="space-y-4" noValidate>
        <TextField
          label="Events a day"
          inputMode="numeric"
          autoComplete="off"
          value={perDay}
          onChange={(event) => setPerDay(event.target.value)}
          error={isChecked ? wholeError : undefined}
          hint={answer.offered_24h > 0 ? `${formatNumber(answer.offered_24h)} came in the last 24 hours` : undefined}
        />
        <fieldset className="space-y-2">
          <legend className="text-sm font-medium text-ink">Feature areas with a budget of their own</legend>
          <datalist id="budget-areas">
            {known.map((area) => (
              <option key={area} value={area} />
            ))}
          </datalist>
          {areas.map((area) => (
            <div key={area.key} className="flex items-end gap-2">
              <TextField
                label="Feature area"
                className="min-w-0 flex-1"
                list="budget-areas"
                value={area.featureArea}
                onChange={(event) => update(area.key, { featureArea: event.target.value.trim() })}
              />
              <TextField
                label="Events a day"
                className="w-32"
                inputMode="numeric"
                value={area.perDay}
                error={isChecked && readCount(area.perDay) === undefined ? 'A number above zero' : undefined}
                onChange={(event) => update(area.key, { perDay: event.target.value })}
              />
              <Button
                weight="quiet"
                size="icon"
                aria-label={`Remove the budget of ${area.featureArea || 'this area'}`}
                onClick={() => setAreas(areas.filter(({ key }) => key !== area.key))}
              >
                <X className="size-4" aria-hidden="true" />
              </Button>
            </div>
          ))}
          <Button
            size="small"
            onClick={() => {
              const key = Math.max(-1, ...areas.map((area) => area.key)) + 1;
              setAreas([...areas, { key, featureArea: known[areas.length] ?? '', perDay: '' }]);
            }}
          >
            <Plus className="size-3.5" aria-hidden="true" /> Add an area
          </Button>
        </fieldset>
        <Choice
          isOn={samplesOutcomes}
          onChange={setSamplesOutcomes}
          label="Also sample errors, outcomes and feedback"
        />
        <Choice
          isOn={isShaping}
          onChange={setShaping}
          label="Take long texts, lists and objects off events of stable flows"
        />
        {isShaping && (
          <TextField
            label="Properties that always stay"
            value={kept}
            onChange={(event) => setKept(event.target.value)}
            hint="Names, separated by commas. Numbers and short texts stay anyway."
          />
        )}
        {change.isError && <ProblemNotice error={change.error} />}
        <div className="flex justify-end gap-2">
          <Button weight="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" weight="primary" isPending={change.isPending}>
            {budget === null ? 'Set budget' : 'Change budget'}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function Choice({ isOn, onChange, label }: { isOn: boolean; onChange: (isOn: boolean) => void; label: string }) {
  return (
    <label className="flex cursor-pointer items-center gap-2.5 text-sm text-ink">
      <input
        type="checkbox"
        checked={isOn}
        onChange={(event) => onChange(event.target.checked)}
        className="size-4 shrink-0 rounded accent-accent"
      />
      {label}
    </label>
  );
}
