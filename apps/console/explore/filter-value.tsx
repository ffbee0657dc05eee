/** The value of a filter: picked from those that were seen, typed, or yes and no. */
import { useQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import { valuesQuery } from '../api/queries.ts';
import type { Filter, FilterScalar } from '../api/types.ts';
import { formatCompact } from '../format/numbers.ts';
import { useEnvironment } from '../shell/place.ts';
import { Picker } from '../ui/picker.tsx';
import type { DimensionKind } from './dimensions.ts';
import { nameOf, takesList } from './exploration.ts';

type FilterValueProps = {
  filter: Filter;
  kind: DimensionKind;
  onChange: (value: FilterScalar | FilterScalar[]) => void;
  className: string;
};

export function FilterValue(props: FilterValueProps) {
  const { filter, kind, onChange, className } = props;
  const label = `Value of ${nameOf(filter)}`;
  if (kind === 'boolean') {
    return (
      <select
        aria-label={label}
        value={String(filter.value)}
        onChange={(event) => onChange(event.target.value === 'true')}
        className={`${className} pr-7`}
      >
        <option value="true">true</option>
        <option value="false">false</option>
      </select>
    );
  }
  if (takesList(filter.operator)) return <ValuePicker {...props} label={label} />;
  if (kind === 'text' && (filter.operator === 'equals' || filter.operator === 'not_equals')) {
    return <ValuePicker {...props} label={label} />;
  }
  return <TypedValue {...props} label={label} />;
}

/** Takes effect on Enter or when the field is left, not on every letter. */
function TypedValue({ filter, kind, onChange, className, label }: FilterValueProps & { label: string }) {
  const current = filter.value === undefined ? '' : String(filter.value);
  const commit = (text: string) => {
    if (text === current || text === '') return;
    if (kind !== 'number') return onChange(text);
    if (Number.isFinite(Number(text))) onChange(Number(text));
  };
  return (
    <input
      // A value that came from the address takes the place of what was typed before.
      key={current}
      type={kind === 'number' ? 'number' : 'text'}
      step="any"
      aria-label={label}
      placeholder={kind === 'number' ? 'Number' : 'Text'}
      defaultValue={current}
      onBlur={(event) => commit(event.target.value.trim())}
      onKeyDown={(event) => event.key === 'Enter' && commit(event.currentTarget.value.trim())}
      className={className}
    />
  );
}

function ValuePicker({ filter, kind, onChange, className, label }: FilterValueProps & { label: string }) {
  const { scope } = useEnvironment();
  const [search, setSearch] = useState<string>();
  const deferred = useDeferredValue(search ?? '');
  const dimension = 'field' in filter ? { field: filter.field } : { property: filter.property };
  const values = useQuery({
    ...valuesQuery(scope, dimension, deferred),
    // Asked once the list is opened.
    enabled: search !== undefined,
    placeholderData: (before) => before,
  });
  const isMultiple = takesList(filter.operator);
  const chosen = filter.value === undefined ? [] : [filter.value].flat();
  const scalarOf = (text: string): FilterScalar =>
    kind === 'number' && text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
  const choose = (text: string) => {
    const value = scalarOf(text);
    if (!isMultiple) return onChange(value);
    onChange(chosen.includes(value) ? chosen.filter((one) => one !== value) : [...chosen, value]);
  };
  const seen = (values.data?.values ?? [])
    .filter(({ value }) => value !== '')
    .map(({ value, events }) => ({ value: String(value), label: String(value), note: formatCompact(events) }));
  return (
    <Picker
      label={label}
      options={seen}
      chosen={chosen.map(String)}
      onChoose={choose}
      isMultiple={isMultiple}
      onSearch={setSearch}
      isLoading={values.isFetching}
      emptyText={values.isError ? 'Values could not be loaded; type one.' : 'No value seen; type one.'}
      freeText="Use"
      triggerClassName={className}
    >
      {chosen.length === 0 ? <span className="text-accent">Choose values</span> : chosen.map(String).join(', ')}
    </Picker>
  );
}
