/** How the answer is cut and drawn: period, interval, time zone, comparison, chart. */
import { ChartColumn, ChartLine, Globe, Table2 } from 'lucide-react';
import { useMemo } from 'react';
import type { Interval } from '../api/types.ts';
import { Picker, type PickerOption } from '../ui/picker.tsx';
import { Segmented } from '../ui/segmented.tsx';
import { type Chart, type Exploration, intervalsFor } from './exploration.ts';
import { PeriodPicker } from './period-picker.tsx';

type ToolbarProps = { exploration: Exploration; onChange: (exploration: Exploration) => void };

const CHART_CHOICES = [
  { value: 'line', name: 'Line chart', label: <ChartLine aria-hidden="true" /> },
  { value: 'bar', name: 'Bar chart', label: <ChartColumn aria-hidden="true" /> },
  { value: 'table', name: 'Table', label: <Table2 aria-hidden="true" /> },
] as const satisfies readonly { value: Chart; name: string; label: unknown }[];

const INTERVAL_NAMES: Record<Interval, string> = { hour: 'Hour', day: 'Day', week: 'Week', month: 'Month' };

export function Toolbar({ exploration, onChange }: ToolbarProps) {
  const { period, interval, timeZone, compare, chart } = exploration;
  const zones = useMemo(timeZoneOptions, []);
  return (
    <div className="flex flex-wrap items-center gap-2 border-b border-line p-3">
      <PeriodPicker exploration={exploration} onChange={onChange} />
      <Segmented
        label="Interval"
        value={interval}
        choices={intervalsFor(period).map((value) => ({ value, label: INTERVAL_NAMES[value] }))}
        onChange={(value) => onChange({ ...exploration, interval: value })}
      />
      <label className="relative inline-flex h-8 cursor-pointer items-center gap-2 rounded-lg px-2 text-sm text-muted hover:bg-hover hover:text-ink">
        <input
          type="checkbox"
          checked={compare}
          onChange={(event) => onChange({ ...exploration, compare: event.target.checked })}
          className="size-3.5 accent-accent"
        />
        Compare
        <span className="sr-only"> with the period before</span>
      </label>
      <div className="ml-auto flex items-center gap-2">
        <Picker
          label="Time zone"
          options={zones}
          chosen={[timeZone]}
          onChoose={(zone) => onChange({ ...exploration, timeZone: zone })}
          triggerClassName="max-w-44 text-muted"
          hasChevron={false}
        >
          <Globe className="mr-1.5 inline size-3.5 align-[-2px]" aria-hidden="true" />
          <span className="max-sm:hidden">{timeZone}</span>
          <span className="sm:hidden">{timeZone.split('/').at(-1)?.replaceAll('_', ' ')}</span>
        </Picker>
        <Segmented
          label="Chart"
          value={chart}
          choices={CHART_CHOICES}
          onChange={(value) => onChange({ ...exploration, chart: value })}
        />
      </div>
    </div>
  );
}

function timeZoneOptions(): PickerOption[] {
  return ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')].map((zone) => ({
    value: zone,
    label: zone.replaceAll('_', ' '),
  }));
}
