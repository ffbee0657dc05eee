/** One planned event: what it says, its schema with an editor, its state and its history. */
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { ArrowLeft, Pencil } from 'lucide-react';
import type { ReactNode } from 'react';
import { canManage, useEnvironment, usePlace } from '../shell/place.ts';
import { Button } from '../ui/button.tsx';
import { Card, ScreenHeader } from '../ui/card.tsx';
import { ProblemNotice } from '../ui/notice.tsx';
import { type PlannedWithHistory, plannedQuery } from './api.ts';
import { History } from './history.tsx';
import { PropertyTable } from './property-table.tsx';
import { SchemaEditor } from './schema-editor.tsx';
import { StateActions } from './state-actions.tsx';
import { StateBadge } from './state-badge.tsx';
import { usePlanScope } from './use-plan-scope.ts';

export function EventScreen() {
  const { event } = useParams({ strict: false }) as { event: string };
  const planned = useQuery(plannedQuery(usePlanScope(), event));
  return (
    <>
      <BackToPlan />
      {planned.isError && <ProblemNotice error={planned.error} onRetry={() => void planned.refetch()} />}
      {planned.data === undefined && !planned.isError && (
        <div role="status" aria-label="Loading the schema" className="space-y-4">
          <span className="skeleton block h-8 w-64" />
          <span className="skeleton block h-64 rounded-xl" />
        </div>
      )}
      {planned.data && <PlannedEvent planned={planned.data} />}
    </>
  );
}

export function BackToPlan() {
  const { workspace } = usePlace();
  const { product, environment } = useEnvironment();
  return (
    <Link
      to="/w/$workspace/p/$product/$environment/plan"
      params={{ workspace: workspace.slug, product: product.slug, environment: environment.slug }}
      className="mb-2 inline-flex items-center gap-1 text-xs font-medium text-muted hover:text-ink"
    >
      <ArrowLeft className="size-3.5" aria-hidden="true" /> Tracking plan
    </Link>
  );
}

function PlannedEvent({ planned }: { planned: PlannedWithHistory }) {
  const { summary } = usePlace();
  const search = useSearch({ strict: false }) as { edit?: unknown };
  const navigate = useNavigate();
  const { schema } = planned;
  const isEditing = search.edit === 'yes';
  const edit = (on: boolean) =>
    void navigate({ to: '.', search: (on ? { edit: 'yes' } : {}) as never, replace: true, resetScroll: false });
  const mayEdit = canManage(summary) || (schema.state === 'draft' && summary.role === 'analyst');
  return (
    <>
      <ScreenHeader title={schema.event_name} aside={<StateActions planned={planned} />}>
        <span className="flex items-center gap-2">
          <StateBadge state={schema.state} /> version {schema.version}
        </span>
        {schema.description && <span className="mt-1 block">{schema.description}</span>}
      </ScreenHeader>
      <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,1fr)_22rem]">
        {isEditing && mayEdit ? (
          // A version that somebody else made meanwhile is another document to edit.
          <SchemaEditor key={schema.version} planned={planned} onDone={() => edit(false)} />
        ) : (
          <Card
            title="Properties"
            bodyClassName="px-0 pb-1"
            aside={
              mayEdit && (
                <Button size="small" onClick={() => edit(true)}>
                  <Pencil className="size-3.5" aria-hidden="true" /> Edit schema
                </Button>
              )
            }
          >
            <PropertyTable schema={schema} />
          </Card>
        )}
        <div className="space-y-4">
          <About planned={planned} />
          <History planned={planned} />
        </div>
      </div>
    </>
  );
}

function About({ planned: { schema } }: { planned: PlannedWithHistory }) {
  const bound = Object.entries(schema.envelope ?? {}).map(
    ([field, values]) => `${field}${values.length === 0 ? '' : `: ${values.join(', ')}`}`,
  );
  return (
    <Card title="About" bodyClassName="px-4 pb-4">
      <dl className="space-y-2.5">
        <Fact label="Owner">{schema.owner}</Fact>
        <Fact label="Feature area">{schema.feature_area}</Fact>
        <Fact label="Personal">{schema.pii_class}</Fact>
        <Fact label="Sensitivity">{schema.data_sensitivity}</Fact>
        {bound.length > 0 && <Fact label="Must say">{bound.join('; ')}</Fact>}
        <Fact label="Hypothesis">{schema.hypothesis}</Fact>
        <Fact label="Target metrics">{schema.target_metrics?.join('; ')}</Fact>
        <Fact label="Feedback prompts">{schema.feedback_prompts?.join(' · ')}</Fact>
      </dl>
    </Card>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div>
      <dt className="text-xs text-muted">{label}</dt>
      <dd className="break-words text-ink">{children || <span className="text-faint">Not said yet</span>}</dd>
    </div>
  );
}
