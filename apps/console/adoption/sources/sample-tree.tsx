/** What a system answered, as a tree whose places can be pointed at. */
import type { Json } from '../types.ts';
import type { SampleKeys } from './sample-paths.ts';

type SampleTreeProps = { sample: Json; onPick: (keys: SampleKeys) => void };

/** Items after these look alike. */
const SHOWN_ITEMS = 5;
const CLIPPED = 60;

export function SampleTree({ sample, onPick }: SampleTreeProps) {
  return (
    <fieldset
      aria-label="Sample"
      className="min-w-0 max-h-56 overflow-auto rounded-md bg-surface p-2 font-mono text-xs"
    >
      <Branch json={sample} keys={[]} onPick={onPick} />
    </fieldset>
  );
}

function Branch({ json, keys, onPick }: { json: Json; keys: SampleKeys; onPick: SampleTreeProps['onPick'] }) {
  if (typeof json !== 'object' || json === null) return null;
  const entries: [string | number, Json][] = Array.isArray(json)
    ? (json as readonly Json[]).slice(0, SHOWN_ITEMS).map((item, index) => [index, item])
    : Object.entries(json);
  return (
    <ul className={keys.length === 0 ? '' : 'ml-3 border-l border-line pl-2'}>
      {entries.map(([key, child]) => (
        <li key={key}>
          <button
            type="button"
            onClick={() => onPick([...keys, key])}
            className="min-h-6 max-w-full rounded px-1 text-left break-all text-ink hover:bg-hover"
          >
            <span className="text-accent">{key}</span>
            <span className="text-muted"> {inShort(child)}</span>
          </button>
          <Branch json={child} keys={[...keys, key]} onPick={onPick} />
        </li>
      ))}
      {Array.isArray(json) && json.length > SHOWN_ITEMS && (
        <li className="px-1 text-muted">and {json.length - SHOWN_ITEMS} more</li>
      )}
    </ul>
  );
}

function inShort(json: Json): string {
  if (Array.isArray(json)) return json.length === 1 ? 'list of 1' : `list of ${json.length}`;
  if (typeof json === 'object' && json !== null) return '';
  const text = JSON.stringify(json);
  return text.length > CLIPPED ? `${text.slice(0, CLIPPED)}…` : text;
}
