/** The attributes of a task: value, whether it is met and why, and how the value went. */
import { useQuery } from '@tanstack/react-query';
import { PencilLine } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { ProblemNotice } from '../ui/notice.tsx';
import { planValuesQuery } from './api.ts';
import { criterionBounds } from './criterion-bounds.ts';
import { MetMark } from './marks.tsx';
import { OnOffHistory } from './on-off-history.tsx';
import { RecordValueDialog } from './record-value-dialog.tsx';
import type { Attribute, Plan, Task, TelemetryValue } from './types.ts';
import { useAdoption } from './use-adoption.ts';
import { dayOfInstant, valueInWords, viaSource } from './words.ts';

const AttributeChart = lazy(() => import('../charts/attribute-chart.tsx'));

type Values = readonly Pick<TelemetryValue, 'id' | 'value' | 'day' | 'source'>[];

export function AttributeDetails({ plan, task }: { plan: Plan; task: Task }) {
  const { workspaceId } = useAdoption();
  const values = useQuery(planValuesQuery(workspaceId, plan.id));
  if (task.telemetryAttributes.length === 0) {
    return <p className="text-muted">Nothing measures this task; a person sets its status.</p>;
  }
  return (
    <>
      {values.isError && <ProblemNotice error={values.error} onRetry={() => void values.refetch()} className="mb-3" />}
      <ul aria-label={`Attributes of ${task.name}`} className="divide-y divide-line">
        {task.telemetryAttributes.map((attribute) => (
          <AttributeItem key={attribute.id} attribute={attribute} values={values.data?.get(attribute.id)} />
        ))}
      </ul>
    </>
  );
}

function AttributeItem({ attribute, values }: { attribute: Attribute; values: Values | undefined }) {
  const { mayConfigure } = useAdoption();
  const [isRecording, setRecording] = useState(false);
  const { name, dataType, latestValue, isMet, isRequired, explanation, criterionText, binding } = attribute;
  return (
    <li className="py-3 first:pt-0 last:pb-0">
      <div className="flex flex-wrap items-start gap-x-3 gap-y-1">
        <div className="min-w-0 flex-1 basis-60">
          <p className="break-words text-ink">
            <span aria-hidden="true">• </span>
            <code className="font-mono text-xs">{name}</code>:{' '}
            <span className="font-medium">{valueInWords(latestValue?.value, dataType)}</span>{' '}
            <MetMark isMet={isMet} hasValue={latestValue !== null} />
            {!isRequired && <span className="text-xs text-muted"> optional</span>}
          </p>
          <p className="pl-3 text-xs text-muted">
            {latestValue
              ? `Last updated: ${dayOfInstant(latestValue.createdAt)} ${viaSource(latestValue.source)}`
              : 'Last updated: never'}
          </p>
          <p className="pl-3 text-xs text-muted">
            Must be {criterionText}. {!isMet && explanation}
          </p>
          {binding && (
            <p className="pl-3 text-xs text-muted">
              From events: {binding.text}
              {binding.lastError && <span className="text-bad"> {binding.lastError}</span>}
            </p>
          )}
        </div>
        {mayConfigure && (
          <Button weight="quiet" size="small" onClick={() => setRecording(true)}>
            <PencilLine className="size-3.5" aria-hidden="true" /> Record a value
            <span className="sr-only"> of {name}</span>
          </Button>
        )}
      </div>
      {values === undefined ? (
        <div role="status" aria-label={`Loading values of ${name}`} className="skeleton mt-2 h-10 rounded-lg" />
      ) : (
        <Course attribute={attribute} values={values} />
      )}
      {isRecording && <RecordValueDialog attribute={attribute} onClose={() => setRecording(false)} />}
    </li>
  );
}

/** A line for numbers, on and off for booleans, the last texts and dates as a list. */
function Course({ attribute, values }: { attribute: Attribute; values: Values }) {
  const { name, dataType, successCriteria } = attribute;
  if (values.length === 0) return null;
  if (dataType === 'BOOLEAN') return <OnOffHistory name={name} values={values} />;
  if (dataType === 'NUMBER' || dataType === 'PERCENTAGE') {
    const points = values.flatMap(({ day, value }): [string, number][] =>
      typeof value === 'number' ? [[day, value]] : [],
    );
    if (points.length < 2) return null;
    return (
      <div className="mt-2 h-40">
        <Suspense
          fallback={<div role="status" aria-label="Loading the chart" className="skeleton h-full rounded-lg" />}
        >
          <AttributeChart
            name={name}
            unit={dataType === 'PERCENTAGE' ? ' %' : ''}
            points={points}
            bounds={criterionBounds(successCriteria, dataType)}
          />
        </Suspense>
      </div>
    );
  }
  return (
    <ol className="mt-2 flex flex-wrap gap-1.5 pl-3 text-xs">
      {values.slice(-6).map(({ id, day, value }) => (
        <li key={id} className="rounded-md bg-sunken px-2 py-1 text-muted">
          {day}: <span className="break-all text-ink">{valueInWords(value, dataType)}</span>
        </li>
      ))}
    </ol>
  );
}
