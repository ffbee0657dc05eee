/** One series: which event, what is measured of it, and filters of its own. */
import { AGGREGATES } from '@uptake/domain/insights';
import { X } from 'lucide-react';
import type { Catalogue, Measure } from '../api/types.ts';
import { formatCompact } from '../format/numbers.ts';
import { Button } from '../ui/button.tsx';
import { classNames } from '../ui/class-names.ts';
import { PICKER_TRIGGER, Picker, type PickerOption } from '../ui/picker.tsx';
import { AGGREGATE_NAMES, type ExploredSeries, letterOf } from './exploration.ts';
import { FilterList } from './filter-list.tsx';

type SeriesEditorProps = {
  index: number;
  series: ExploredSeries;
  catalogue: Catalogue | undefined;
  onChange: (series: ExploredSeries) => void;
  onRemove: (() => void) | undefined;
};

const ANY_EVENT = '*';

export function SeriesEditor({ index, series, catalogue, onChange, onRemove }: SeriesEditorProps) {
  const letter = letterOf(index);
  return (
    <li aria-label={`Series ${letter}`} className="rounded-lg bg-sunken p-2">
      <div className="flex items-center gap-1.5">
        <span
          aria-hidden="true"
          className="grid size-6 shrink-0 place-items-center rounded-md bg-accent-soft text-xs font-semibold text-accent"
        >
          {letter}
        </span>
        <Picker
          label={`Event of series ${letter}`}
          options={eventOptions(catalogue)}
          chosen={[series.event ?? ANY_EVENT]}
          onChoose={(value) => onChange({ ...series, event: value === ANY_EVENT ? null : value })}
          isLoading={catalogue === undefined}
          emptyText="No event of this name in the last 30 days."
          triggerClassName="flex-1 font-medium"
        >
          {series.event ?? 'Any event'}
        </Picker>
        {onRemove && (
          <Button weight="quiet" size="icon" aria-label={`Remove series ${letter}`} onClick={onRemove}>
            <X className="size-4" aria-hidden="true" />
          </Button>
        )}
      </div>
      <div className="mt-1.5 space-y-1.5 pl-7.5">
        <MeasureEditor
          letter={letter}
          measure={series.measure}
          catalogue={catalogue}
          onChange={(measure) => onChange({ ...series, measure })}
        />
        <FilterList
          filters={series.filters}
          catalogue={catalogue}
          addLabel={`Filter series ${letter}`}
          onChange={(filters) => onChange({ ...series, filters })}
        />
      </div>
    </li>
  );
}

function eventOptions(catalogue: Catalogue | undefined): PickerOption[] {
  const events = (catalogue?.events ?? []).map(({ name, events_30d }) => ({
    value: name,
    label: name,
    note: formatCompact(events_30d),
    group: 'Events, with their number in 30 days',
  }));
  return [{ value: ANY_EVENT, label: 'Any event' }, ...events];
}

const SIMPLE_MEASURES: readonly { value: string; label: string; measure: Measure }[] = [
  { value: 'total', label: 'Total events', measure: { kind: 'total' } },
  { value: 'unique:user', label: 'Unique users', measure: { kind: 'unique', of: 'user' } },
  { value: 'unique:session', label: 'Unique sessions', measure: { kind: 'unique', of: 'session' } },
  { value: 'unique:tenant', label: 'Unique tenants', measure: { kind: 'unique', of: 'tenant' } },
  { value: 'per_user_average', label: 'Average per user', measure: { kind: 'per_user_average' } },
];

type MeasureEditorProps = {
  letter: string;
  measure: Measure;
  catalogue: Catalogue | undefined;
  onChange: (measure: Measure) => void;
};

function MeasureEditor({ letter, measure, catalogue, onChange }: MeasureEditorProps) {
  const value =
    measure.kind === 'unique' ? `unique:${measure.of}` : measure.kind === 'property' ? measure.aggregate : measure.kind;
  const choose = (chosen: string) => {
    const simple = SIMPLE_MEASURES.find((one) => one.value === chosen);
    const aggregate = AGGREGATES.find((one) => one === chosen);
    if (simple) onChange(simple.measure);
    else if (aggregate) {
      onChange({ kind: 'property', aggregate, property: measure.kind === 'property' ? measure.property : '' });
    }
  };
  const numbers = (catalogue?.properties ?? []).filter(({ kind }) => kind === 'number');
  return (
    <>
      <select
        aria-label={`Measure of series ${letter}`}
        value={value}
        onChange={(event) => choose(event.target.value)}
        className={classNames(PICKER_TRIGGER, 'w-full cursor-pointer pr-7')}
      >
        {SIMPLE_MEASURES.map((one) => (
          <option key={one.value} value={one.value}>
            {one.label}
          </option>
        ))}
        <optgroup label="Of a property">
          {AGGREGATES.map((aggregate) => (
            <option key={aggregate} value={aggregate}>
              {AGGREGATE_NAMES[aggregate]} of…
            </option>
          ))}
        </optgroup>
      </select>
      {measure.kind === 'property' && (
        <Picker
          label={`Property of series ${letter}`}
          options={numbers.map(({ name, events_30d }) => ({
            value: name,
            label: name,
            note: formatCompact(events_30d),
          }))}
          chosen={[measure.property]}
          onChoose={(property) => onChange({ ...measure, property })}
          isLoading={catalogue === undefined}
          emptyText="No property with numbers in the last 30 days."
          triggerClassName={classNames('w-full', measure.property === '' && 'ring-accent')}
        >
          {measure.property || <span className="text-accent">Choose a property</span>}
        </Picker>
      )}
    </>
  );
}
