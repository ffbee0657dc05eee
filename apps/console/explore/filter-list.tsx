/** Filters: each a dimension, a comparison and a value. An unfinished one stands there without effect. */
import { ListFilter, X } from 'lucide-react';
import type { Catalogue, Filter, FilterOperator } from '../api/types.ts';
import { Button } from '../ui/button.tsx';
import { classNames } from '../ui/class-names.ts';
import { PICKER_TRIGGER, Picker } from '../ui/picker.tsx';
import { dimensionOf, dimensionOptions, kindOf, OPERATOR_NAMES, operatorsFor, startFilter } from './dimensions.ts';
import { nameOf, takesList, takesValue } from './exploration.ts';
import { FilterValue } from './filter-value.tsx';

type FilterListProps = {
  filters: readonly Filter[];
  catalogue: Catalogue | undefined;
  addLabel: string;
  onChange: (filters: Filter[]) => void;
};

export function FilterList({ filters, catalogue, addLabel, onChange }: FilterListProps) {
  const add = (value: string) => {
    const dimension = dimensionOf(value);
    onChange([...filters, startFilter(dimension, kindOf(dimension, catalogue))]);
  };
  return (
    <div className="space-y-1.5">
      {filters.map((filter, index) => (
        <FilterEditor
          // biome-ignore lint/suspicious/noArrayIndexKey: two filters may be equal; a filter is its place
          key={`${index} ${nameOf(filter)}`}
          filter={filter}
          catalogue={catalogue}
          onChange={(changed) => onChange(filters.with(index, changed))}
          onRemove={() => onChange(filters.toSpliced(index, 1))}
        />
      ))}
      <Picker
        label={addLabel}
        options={dimensionOptions(catalogue)}
        chosen={[]}
        onChoose={add}
        isLoading={catalogue === undefined}
        hasChevron={false}
        isLabelShown
        triggerClassName="h-7 bg-transparent px-2 text-xs font-medium text-muted ring-0 hover:text-ink"
      >
        <span className="inline-flex items-center gap-1.5">
          <ListFilter className="size-3.5" aria-hidden="true" /> {addLabel}
        </span>
      </Picker>
    </div>
  );
}

type FilterEditorProps = {
  filter: Filter;
  catalogue: Catalogue | undefined;
  onChange: (filter: Filter) => void;
  onRemove: () => void;
};

function FilterEditor({ filter, catalogue, onChange, onRemove }: FilterEditorProps) {
  const name = nameOf(filter);
  const kind = kindOf(filter, catalogue);
  return (
    <fieldset className="rounded-lg bg-surface p-1.5 ring-1 ring-line">
      <legend className="sr-only">Filter by {name}</legend>
      <div className="flex items-center gap-1">
        <span className="min-w-0 flex-1 truncate px-1 font-mono text-xs text-ink" title={name}>
          {name}
        </span>
        <select
          aria-label={`Comparison of ${name}`}
          value={filter.operator}
          onChange={(event) => onChange(withOperator(filter, event.target.value as FilterOperator))}
          className="field-sizing-content h-7 shrink-0 cursor-pointer rounded-md bg-transparent bg-position-[right_0.125rem_center] pr-5 pl-1 text-xs text-muted hover:bg-hover hover:text-ink"
        >
          {operatorsFor(kind, filter.operator).map((operator) => (
            <option key={operator} value={operator}>
              {OPERATOR_NAMES[operator]}
            </option>
          ))}
        </select>
        <Button
          weight="quiet"
          size="icon"
          className="size-7"
          aria-label={`Remove the filter by ${name}`}
          onClick={onRemove}
        >
          <X className="size-3.5" aria-hidden="true" />
        </Button>
      </div>
      {takesValue(filter.operator) && (
        <FilterValue
          filter={filter}
          kind={kind}
          onChange={(value) => onChange({ ...filter, value })}
          className={classNames(PICKER_TRIGGER, 'mt-1 w-full')}
        />
      )}
    </fieldset>
  );
}

/** The filter with another comparison; the value stays where it still fits. */
function withOperator({ value, ...filter }: Filter, operator: FilterOperator): Filter {
  const next = { ...filter, operator };
  if (value === undefined || !takesValue(operator)) return next;
  if (takesList(operator)) return { ...next, value: [value].flat() };
  const single = Array.isArray(value) ? value[0] : value;
  return single === undefined ? next : { ...next, value: single };
}
