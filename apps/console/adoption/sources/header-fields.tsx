/** Headers of a request, as pairs; a pair without a name is not sent. */
import { Plus, X } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import type { SourceForm } from './config-fields.tsx';
import { valueAt, withValue } from './config-places.ts';

type Pair = { name: string; value: string };

export function HeaderFields({ form }: { form: SourceForm }) {
  // Two pairs may have the same name while somebody types: only the form knows both.
  const [pairs, setPairs] = useState<readonly Pair[]>(() => pairsOf(form));
  const change = (next: readonly Pair[]) => {
    setPairs(next);
    const sent = next.filter(({ name }) => name.trim() !== '').map(({ name, value }) => [name.trim(), value] as const);
    form.setConfig(withValue(form.config, '/headers', sent.length === 0 ? undefined : Object.fromEntries(sent)));
  };
  return (
    <div className="space-y-2">
      {pairs.map((pair, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a pair is where it stands in the list
        <div key={index} className="grid grid-cols-[1fr_1fr_auto] items-end gap-2">
          <TextField
            label="Header"
            value={pair.name}
            autoComplete="off"
            data-place={`/headers/${pair.name.trim()}`}
            error={form.errorAt(`/headers/${pair.name.trim()}`)}
            onChange={({ target }) => change(pairs.with(index, { ...pair, name: target.value }))}
          />
          <TextField
            label="Value"
            value={pair.value}
            autoComplete="off"
            onChange={({ target }) => change(pairs.with(index, { ...pair, value: target.value }))}
          />
          <Button
            weight="quiet"
            size="icon"
            aria-label={`Remove the header ${pair.name}`}
            onClick={() => change(pairs.toSpliced(index, 1))}
          >
            <X className="size-4" aria-hidden="true" />
          </Button>
        </div>
      ))}
      <Button size="small" onClick={() => setPairs([...pairs, { name: '', value: '' }])}>
        <Plus className="size-3.5" aria-hidden="true" /> Add a header
      </Button>
    </div>
  );
}

function pairsOf({ config }: SourceForm): Pair[] {
  const headers = valueAt(config, '/headers');
  if (typeof headers !== 'object' || headers === null || Array.isArray(headers)) return [];
  return Object.entries(headers).map(([name, value]) => ({ name, value: typeof value === 'string' ? value : '' }));
}
