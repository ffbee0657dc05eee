/** Narrows the causes: by event, reason, what sent them in which version, and when they came. */
import { X } from 'lucide-react';
import { Button } from '../ui/button.tsx';
import { Picker } from '../ui/picker.tsx';
import type { Cause, CauseFilter } from './api.ts';
import { ReceivedPicker } from './received-picker.tsx';

type CauseFiltersProps = {
  filter: CauseFilter;
  onChange: (filter: CauseFilter) => void;
  /** All causes there are: what can be chosen. */
  causes: readonly Cause[];
};

const FILTERS = [
  { name: 'event_name', label: 'Event', valuesOf: ({ event_name }: Cause) => [event_name] },
  { name: 'reason', label: 'Reason', valuesOf: ({ reason }: Cause) => [reason] },
  { name: 'source', label: 'Source', valuesOf: ({ sources }: Cause) => sources.map((one) => one.source) },
  { name: 'app_version', label: 'Version', valuesOf: ({ sources }: Cause) => sources.map((one) => one.app_version) },
] as const;

export const CAUSE_FILTERS: readonly (keyof CauseFilter)[] = [...FILTERS.map(({ name }) => name), 'received'];

export function CauseFilters({ filter, onChange, causes }: CauseFiltersProps) {
  const isNarrowed = CAUSE_FILTERS.some((name) => filter[name] !== undefined);
  return (
    <>
      {FILTERS.map(({ name, label, valuesOf }) => {
        const chosen = filter[name];
        const values = [...new Set([...causes.flatMap(valuesOf), chosen ?? ''])].filter((value) => value !== '').sort();
        if (values.length === 0) return null;
        return (
          <Picker
            key={name}
            label={label}
            options={[{ value: '', label: 'Any' }, ...values.map((value) => ({ value, label: value }))]}
            chosen={[chosen ?? '']}
            onChoose={(value) => onChange({ ...filter, [name]: value === '' ? undefined : value })}
            triggerClassName="max-w-60"
            isLabelShown
          >
            {label}: <span className={chosen === undefined ? 'text-muted' : 'text-ink'}>{chosen ?? 'any'}</span>
          </Picker>
        );
      })}
      {causes.length > 0 && (
        <ReceivedPicker received={filter.received} onChoose={(received) => onChange({ ...filter, received })} />
      )}
      {isNarrowed && (
        <Button size="small" weight="quiet" onClick={() => onChange({})}>
          <X className="size-3.5" aria-hidden="true" /> Clear
        </Button>
      )}
    </>
  );
}
