/** The question: series, filters of all of them, breakdown. */
import { Plus, X } from 'lucide-react';
import type { Catalogue } from '../api/types.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { ProblemNotice } from '../ui/notice.tsx';
import { Picker } from '../ui/picker.tsx';
import { writeDimension } from './address.ts';
import { dimensionOf, dimensionOptions } from './dimensions.ts';
import { type Exploration, type ExploredSeries, MAX_SERIES, nameOf } from './exploration.ts';
import { FilterList } from './filter-list.tsx';
import { SeriesEditor } from './series-editor.tsx';

type BuilderProps = {
  exploration: Exploration;
  onChange: (exploration: Exploration) => void;
  catalogue: Catalogue | undefined;
  error: unknown;
};

export function Builder({ exploration, onChange, catalogue, error }: BuilderProps) {
  const { series, filters, breakdown } = exploration;
  const setSeries = (next: ExploredSeries[]) => onChange({ ...exploration, series: next });
  const add = () => setSeries([...series, { event: null, measure: { kind: 'total' }, filters: [] }]);
  const replace = (index: number, one: ExploredSeries) => setSeries(series.with(index, one));
  const remove = (index: number) => setSeries(series.toSpliced(index, 1));
  return (
    <Card className="lg:sticky lg:top-6" bodyClassName="divide-y divide-line p-0">
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
    </Card>
  );
}
