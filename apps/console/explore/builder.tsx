/** The question: series, filters of all of them, breakdown. */
import { ChevronDown, Plus, X } from 'lucide-react';
import { useState } from 'react';
import type { Catalogue } from '../api/types.ts';
import { formatCount } from '../format/numbers.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { classNames } from '../ui/class-names.ts';
import { ProblemNotice } from '../ui/notice.tsx';
import { Picker } from '../ui/picker.tsx';
import { writeDimension } from './address.ts';
import { dimensionOf, dimensionOptions } from './dimensions.ts';
import { describeMeasure, type Exploration, type ExploredSeries, letterOf, MAX_SERIES, nameOf } from './exploration.ts';
import { FilterList } from './filter-list.tsx';
import { SeriesEditor } from './series-editor.tsx';

type BuilderProps = {
  exploration: Exploration;
  onChange: (exploration: Exploration) => void;
  catalogue: Catalogue | undefined;
  error: unknown;
};

export function Builder(props: BuilderProps) {
  // On a phone the answer comes first: the question is a line that opens.
  const [isOpen, setOpen] = useState(false);
  return (
    <Card className="xl:sticky xl:top-6" bodyClassName="p-0">
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
        className="flex min-h-11 w-full items-center gap-2 rounded-xl px-3 py-2 text-left xl:hidden"
      >
        <span className="min-w-0 flex-1 text-ink">{summaryOf(props.exploration)}</span>
        <span className="text-xs font-medium text-accent">{isOpen ? 'Close' : 'Edit'}</span>
        <ChevronDown
          aria-hidden="true"
          className={classNames('size-4 shrink-0 text-accent transition-transform', isOpen && 'rotate-180')}
        />
      </button>
      <div
        className={classNames('divide-y divide-line max-xl:border-t max-xl:border-line xl:block', !isOpen && 'hidden')}
      >
        <Question {...props} />
      </div>
    </Card>
  );
}

function summaryOf({ series, filters, breakdown }: Exploration): string {
  const names = series.map(
    ({ event, measure }, index) =>
      `${series.length > 1 ? `${letterOf(index)} ` : ''}${event ?? 'Any event'} · ${describeMeasure(measure)}`,
  );
  const filterCount = filters.length + series.reduce((sum, one) => sum + one.filters.length, 0);
  return [
    ...names,
    ...(filterCount > 0 ? [formatCount(filterCount, 'filter')] : []),
    ...(breakdown ? [`by ${nameOf(breakdown)}`] : []),
  ].join(', ');
}

function Question({ exploration, onChange, catalogue, error }: BuilderProps) {
  const { series, filters, breakdown } = exploration;
  const setSeries = (next: ExploredSeries[]) => onChange({ ...exploration, series: next });
  const add = () => setSeries([...series, { event: null, measure: { kind: 'total' }, filters: [] }]);
  const replace = (index: number, one: ExploredSeries) => setSeries(series.with(index, one));
  const remove = (index: number) => setSeries(series.toSpliced(index, 1));
  return (
    <>
      {error !== null && !catalogue && <ProblemNotice error={error} className="m-3" />}
      <section aria-label="Series" className="p-3">
        <h2 className="mb-2 text-xs font-semibold text-muted">Series</h2>
        <ol className="space-y-2">
          {series.map((one, index) => (
            <SeriesEditor
              // biome-ignore lint/suspicious/noArrayIndexKey: a series is its letter, which is its place
              key={index}
              index={index}
              series={one}
              catalogue={catalogue}
              onChange={(changed) => replace(index, changed)}
              onRemove={series.length > 1 ? () => remove(index) : undefined}
            />
          ))}
        </ol>
        <Button weight="quiet" size="small" className="mt-2" onClick={add} disabled={series.length >= MAX_SERIES}>
          <Plus className="size-3.5" aria-hidden="true" /> Add series
        </Button>
      </section>
      <section aria-label="Filters" className="p-3">
        <h2 className="mb-2 text-xs font-semibold text-muted">Filters</h2>
        <FilterList
          filters={filters}
          catalogue={catalogue}
          addLabel="Add filter"
          onChange={(next) => onChange({ ...exploration, filters: next })}
        />
      </section>
      <section aria-label="Breakdown" className="p-3">
        <h2 className="mb-2 text-xs font-semibold text-muted">Break down by</h2>
        <div className="flex items-center gap-1">
          <Picker
            label="Break down by"
            options={dimensionOptions(catalogue)}
            chosen={breakdown ? [writeDimension(breakdown)] : []}
            onChoose={(value) => onChange({ ...exploration, breakdown: dimensionOf(value) })}
            isLoading={catalogue === undefined}
            triggerClassName="flex-1"
          >
            {breakdown ? nameOf(breakdown) : <span className="text-muted">Nothing</span>}
          </Picker>
          {breakdown && (
            <Button
              weight="quiet"
              size="icon"
              aria-label="Remove the breakdown"
              onClick={() => onChange({ ...exploration, breakdown: null })}
            >
              <X className="size-4" aria-hidden="true" />
            </Button>
          )}
        </div>
      </section>
    </>
  );
}
