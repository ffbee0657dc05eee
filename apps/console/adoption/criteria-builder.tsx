/** Builds a success criterion from rules and groups, says it as a sentence, and shows the JSON it is kept as. */
import type { Aggregate, DataType, Operator } from '@uptake/domain/criteria';
import { Plus, X } from 'lucide-react';
import { useId, useState } from 'react';
import { parseJson } from '../api/client.ts';
import { Button } from '../ui/button.tsx';
import { classNames } from '../ui/class-names.ts';
import { CONTROL_CLASSES } from '../ui/field.tsx';
import { Segmented } from '../ui/segmented.tsx';
import {
  addPart,
  aggregatesFor,
  comparedType,
  firstCriterion,
  type GroupKind,
  operatorsFor,
  type Rule,
  removePart,
  ruleToJson,
  sayCriterion,
  viewOf,
  withAggregate,
  withOperator,
  withWindow,
} from './criterion-draft.ts';
import { RuleValue } from './rule-value.tsx';
import type { Json } from './types.ts';

type BuilderProps = { name: string; type: DataType; json: Json; onChange: (json: Json) => void };

export function CriteriaBuilder({ name, type, json, onChange }: BuilderProps) {
  const [mode, setMode] = useState<'builder' | 'json'>('builder');
  const isJson = mode === 'json' || viewOf(json).kind === 'other';
  return (
    <fieldset>
      <legend className="sr-only">Success criterion of {name}</legend>
      <div className="mb-2 flex flex-wrap items-center justify-between gap-2">
        <Sentence name={name} type={type} json={json} />
        <Segmented
          label="How the criterion is shown"
          value={isJson ? 'json' : 'builder'}
          onChange={setMode}
          choices={[
            { value: 'builder', label: 'Builder' },
            { value: 'json', label: 'JSON' },
          ]}
        />
      </div>
      {isJson ? (
        <JsonField json={json} onChange={onChange} />
      ) : (
        <Node type={type} json={json} onChange={onChange} depth={1} />
      )}
    </fieldset>
  );
}

function Sentence({ name, type, json }: Omit<BuilderProps, 'onChange'>) {
  const said = sayCriterion(json, type);
  return (
    <div aria-live="polite" className="min-w-0 flex-1">
      {'text' in said ? (
        <p className="text-ink">
          <code className="font-mono text-xs">{name || 'The value'}</code> must be{' '}
          <strong className="font-semibold">{said.text}</strong>
        </p>
      ) : (
        <ul className="text-bad">
          {said.errors.map(({ path, message }) => (
            <li key={`${path} ${message}`}>
              <code className="font-mono text-xs">{path || '/'}</code> {message}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** JSON as it is typed; the criterion changes whenever it can be read. */
export function JsonField({
  json,
  onChange,
  label = 'Criterion as JSON',
}: {
  json: Json;
  onChange: (json: Json) => void;
  label?: string;
}) {
  const written = JSON.stringify(json, null, 2);
  const [typed, setTyped] = useState<string>();
  const noteId = useId();
  const isBroken = typed !== undefined && parseJson(typed) === undefined;
  return (
    <>
      <textarea
        aria-label={label}
        aria-invalid={isBroken || undefined}
        aria-describedby={isBroken ? noteId : undefined}
        className={classNames(CONTROL_CLASSES, 'h-auto py-2 font-mono text-xs')}
        rows={Math.min(Math.max(written.split('\n').length + 1, 4), 18)}
        spellCheck={false}
        value={typed ?? written}
        onChange={(event) => {
          setTyped(event.target.value);
          const read = parseJson(event.target.value);
          if (read !== undefined) onChange(read as Json);
        }}
        onBlur={() => !isBroken && setTyped(undefined)}
      />
      {isBroken && (
        <p id={noteId} className="mt-1 text-xs text-bad">
          This is no JSON yet; the last one that was stays in force.
        </p>
      )}
    </>
  );
}

type NodeProps = Omit<BuilderProps, 'name'> & { depth: number; onRemove?: () => void };

/** Deeper nesting is for JSON; nobody reads it in boxes. */
const DEEPEST_GROUP = 3;

function Node({ type, json, onChange, depth, onRemove }: NodeProps) {
  const view = viewOf(json);
  if (view.kind === 'rule') {
    return (
      <div className="space-y-2">
        <RuleRow type={type} rule={view.rule} onChange={(rule) => onChange(ruleToJson(rule))} onRemove={onRemove} />
        {depth === 1 && <AddButtons onAdd={(group) => onChange(addPart(json, type, group))} />}
      </div>
    );
  }
  if (view.kind === 'other') return <JsonField json={json} onChange={onChange} />;
  const { group, parts } = view;
  const replace = (index: number, part: Json) =>
    onChange({ [group]: parts.map((each, at) => (at === index ? part : each)) });
  return (
    <div className="space-y-2 rounded-lg border-l-2 border-accent bg-sunken p-3">
      <div className="flex flex-wrap items-center gap-2">
        <Segmented<GroupKind>
          label="How the rules hang together"
          value={group}
          onChange={(next) => onChange({ [next]: parts })}
          choices={[
            { value: 'all', label: 'All of' },
            { value: 'any', label: 'Any of' },
          ]}
        />
        {onRemove && <RemoveButton label="Remove the group" onRemove={onRemove} />}
      </div>
      {parts.map((part, index) => (
        <Node
          // Parts have no names of their own; a rule is what stands at its place.
          key={String(index)}
          type={type}
          json={part}
          depth={depth + 1}
          onChange={(next) => replace(index, next)}
          onRemove={() => onChange(removePart(parts, group, index))}
        />
      ))}
      <div className="flex flex-wrap gap-2">
        <Button size="small" onClick={() => onChange(addPart(json, type))}>
          <Plus className="size-3.5" aria-hidden="true" /> Rule
        </Button>
        {depth < DEEPEST_GROUP && (
          <Button
            size="small"
            onClick={() =>
              onChange({ [group]: [...parts, { [group === 'all' ? 'any' : 'all']: [firstCriterion(type)] }] })
            }
          >
            <Plus className="size-3.5" aria-hidden="true" /> Group
          </Button>
        )}
      </div>
    </div>
  );
}

function AddButtons({ onAdd }: { onAdd: (group: GroupKind) => void }) {
  return (
    <div className="flex flex-wrap gap-2">
      <Button size="small" weight="quiet" onClick={() => onAdd('all')}>
        <Plus className="size-3.5" aria-hidden="true" /> And…
      </Button>
      <Button size="small" weight="quiet" onClick={() => onAdd('any')}>
        <Plus className="size-3.5" aria-hidden="true" /> Or…
      </Button>
    </div>
  );
}

const RemoveButton = ({ label, onRemove }: { label: string; onRemove: () => void }) => (
  <Button size="icon" weight="quiet" aria-label={label} onClick={onRemove}>
    <X className="size-4" aria-hidden="true" />
  </Button>
);

const AGGREGATE_WORDS: Readonly<Record<Aggregate, string>> = {
  latest: 'The newest value is',
  count: 'The number of values is',
  sum: 'The sum is',
  average: 'The average is',
  min: 'The lowest is',
  max: 'The highest is',
};
const OPERATOR_WORDS: Readonly<Record<Operator, string>> = {
  equals: 'equal to',
  not_equals: 'not',
  '>': 'more than',
  '>=': 'at least',
  '<': 'less than',
  '<=': 'at most',
  between: 'between',
  contains: 'text containing',
  not_contains: 'text not containing',
  starts_with: 'text starting with',
  matches: 'text matching (pattern)',
  in: 'one of',
  before: 'before',
  after: 'after',
  within_days: 'at most so many days ago',
  exists: 'there',
};

type RuleRowProps = { type: DataType; rule: Rule; onChange: (rule: Rule) => void; onRemove: (() => void) | undefined };

function RuleRow({ type, rule, onChange, onRemove }: RuleRowProps) {
  const select = classNames(CONTROL_CLASSES, 'w-auto pr-8');
  return (
    <div className="flex flex-wrap items-center gap-2">
      <select
        aria-label="What is judged"
        className={select}
        value={rule.aggregate ?? 'latest'}
        onChange={(event) => onChange(withAggregate(rule, event.target.value as Aggregate, type))}
      >
        {aggregatesFor(type).map((aggregate) => (
          <option key={aggregate} value={aggregate}>
            {AGGREGATE_WORDS[aggregate]}
          </option>
        ))}
      </select>
      <select
        aria-label="Comparison"
        className={select}
        value={rule.operator}
        onChange={(event) => onChange(withOperator(rule, event.target.value as Operator, type))}
      >
        {operatorsFor(rule, type).map((operator) => (
          <option key={operator} value={operator}>
            {OPERATOR_WORDS[operator]}
          </option>
        ))}
      </select>
      <RuleValue type={comparedType(rule, type)} rule={rule} onChange={(value) => onChange({ ...rule, value })} />
      <select
        aria-label="In which time"
        className={select}
        value={rule.last_days === undefined ? 'ever' : 'days'}
        onChange={(event) => onChange(withWindow(rule, event.target.value === 'ever' ? undefined : 30))}
      >
        <option value="ever">at any time</option>
        <option value="days">in the last days</option>
      </select>
      {rule.last_days !== undefined && (
        <input
          type="number"
          aria-label="How many days"
          className={classNames(CONTROL_CLASSES, 'w-20')}
          min={1}
          max={3_660}
          value={rule.last_days}
          onChange={(event) =>
            event.target.valueAsNumber >= 1 && onChange(withWindow(rule, Math.trunc(event.target.valueAsNumber)))
          }
        />
      )}
      {onRemove && <RemoveButton label="Remove the rule" onRemove={onRemove} />}
    </div>
  );
}
