/** Real data before a source is trusted: a message that somebody pasted, what came of a test, and its places to point at. */
import { Button } from '../../ui/button.tsx';
import type { Json, Plan, SourceKind, SourceTest } from '../types.ts';
import { CodeArea, type SourceForm } from './config-fields.tsx';
import { listAt, textAt, valueAt } from './config-places.ts';
import { exampleOf } from './push-form.tsx';
import { withPicked, withPickedColumn } from './sample-paths.ts';
import { SampleTree } from './sample-tree.tsx';
import { TestResult } from './test-result.tsx';

type PastedProps = { kind: SourceKind; plan: Plan; message: string; onChange: (message: string) => void };

export function PastedMessage({ kind, plan, message, onChange }: PastedProps) {
  return (
    <div className="space-y-2">
      <CodeArea
        label="Try it with a message"
        value={message}
        hint={
          kind === 'WEBHOOK'
            ? 'Paste one as the sender sends it; its log has them. Test shows what would be taken, and keeps nothing.'
            : 'Test shows what would be taken of it, and keeps nothing.'
        }
        onChange={onChange}
      />
      {message === '' && (
        <Button size="small" onClick={() => onChange(JSON.stringify(exampleOf(plan), null, 2))}>
          Fill in an example
        </Button>
      )}
    </div>
  );
}

type TrialProps = {
  kind: SourceKind;
  form: SourceForm;
  target: string | undefined;
  message: string;
  result: SourceTest | undefined;
};

export function Trial({ kind, form, target, message, result }: TrialProps) {
  const isMapped = valueAt(form.config, '/mapping') !== undefined;
  const sample = isMapped ? (result?.sample ?? read(message)) : undefined;
  const isTree = typeof sample === 'object' && sample !== null;
  const meant = targetOf(form.config, target);
  const pick = kind === 'DATABASE' ? withPickedColumn : withPicked;
  return (
    <>
      {result && <TestResult result={result} />}
      {isTree && (
        <div className="rounded-lg bg-sunken p-3">
          <p className="mb-2 text-xs text-muted">
            Point at a place, and it goes into <strong className="font-semibold text-ink">{wordOf(meant)}</strong>. For
            another field, choose that field first.
          </p>
          <SampleTree sample={sample} onPick={(keys) => form.setConfig(pick(form.config, meant, keys))} />
        </div>
      )}
    </>
  );
}

/** The field somebody was in last, where a place can go there; else the one that is most likely to be wrong. */
function targetOf(config: Json, target: string | undefined): string {
  const isPath = target !== undefined && /^\/(mapping|paging|when)\//.test(target);
  if (isPath && valueAt(config, target.split('/').slice(0, 2).join('/')) !== undefined) {
    const isOfKind = textAt(config, '/mapping/kind') === 'values' || !target.startsWith('/mapping/values');
    if (isOfKind) return target;
  }
  const places = listAt(config, '/mapping/values');
  return places.length === 0 ? '/mapping/value' : `/mapping/values/${places.length - 1}/path`;
}

function wordOf(place: string): string {
  const [, part = '', name = '', index] = place.split('/');
  if (part !== 'mapping') return `the path of ${part === 'when' ? 'the messages that are meant' : 'paging'}`;
  return name === 'values' ? `the path of place ${Number(index) + 1}` : name;
}

function read(message: string): Json | undefined {
  try {
    return JSON.parse(message) as Json;
  } catch {
    return undefined;
  }
}
