/** The template of a product: tasks on the left, the chosen one on the right; saved as a new version. */
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { Compass, Download, FileUp } from 'lucide-react';
import { useState } from 'react';
import { formatCount } from '../format/numbers.ts';
import { Button } from '../ui/button.tsx';
import { ScreenHeader } from '../ui/card.tsx';
import { EmptyState, ProblemNotice } from '../ui/notice.tsx';
import { Segmented } from '../ui/segmented.tsx';
import { download, templateQuery } from './api.ts';
import { JsonField } from './criteria-builder.tsx';
import { EXPORT_TEMPLATE } from './operations.ts';
import { SaveTemplateDialog } from './save-template-dialog.tsx';
import { TaskEditor } from './task-editor.tsx';
import { TaskList } from './task-list.tsx';
import { draftOf, draftOfJson, inputOf, problemsOf, type TemplateDraft } from './template-draft.ts';
import { TemplateImportDialog } from './template-import-dialog.tsx';
import { TemplateVersions } from './template-versions.tsx';
import type { Json, TemplateProduct } from './types.ts';
import { useAct, useAdoption } from './use-adoption.ts';

export function TemplateScreen() {
  const { workspaceId } = useAdoption();
  const { product: id } = useParams({ from: '/w/$workspace/adoption/templates/$product' });
  const answer = useQuery(templateQuery(workspaceId, id));
  if (answer.isError) return <ProblemNotice error={answer.error} onRetry={() => void answer.refetch()} />;
  if (answer.data === undefined) {
    return <div role="status" aria-label="Loading the template" className="skeleton h-64 rounded-xl" />;
  }
  const { product } = answer.data;
  if (product === null) {
    return (
      <EmptyState icon={Compass} title="There is no such product">
        It may belong to another workspace.
      </EmptyState>
    );
  }
  // A version saved by anybody starts the editor anew.
  return <TemplateEditor key={product.template?.version ?? 0} product={product} />;
}

type View = 'tasks' | 'json' | 'versions';

function TemplateEditor({ product }: { product: TemplateProduct }) {
  const { mayManage } = useAdoption();
  const stored = product.template?.tasks ?? [];
  const [draft, setDraft] = useState<TemplateDraft>(() => draftOf(stored));
  const [chosen, setChosen] = useState<string | undefined>(draft[0]?.key);
  const [view, setView] = useState<View>('tasks');
  const [open, setOpen] = useState<'save' | 'import'>();
  const exporting = useAct(EXPORT_TEMPLATE, ({ exportTelemetryTemplate }) => download(exportTelemetryTemplate));
  const isChanged = JSON.stringify(inputOf(draft)) !== JSON.stringify(inputOf(draftOf(stored)));
  const problems = problemsOf(draft);
  return (
    <>
      <ScreenHeader
        title={`Template of ${product.name}`}
        aside={
          mayManage && (
            <Button weight="primary" disabled={!isChanged || problems.length > 0} onClick={() => setOpen('save')}>
              Save
            </Button>
          )
        }
      >
        {product.template ? `Version ${product.template.version}` : 'No version yet'},{' '}
        {formatCount(product.planCount, 'plan')}
        {isChanged && <span className="text-warn"> · not saved</span>}
      </ScreenHeader>
      <div className="mb-3 flex flex-wrap items-center gap-2">
        <Segmented<View>
          label="What is shown"
          value={view}
          onChange={setView}
          choices={[
            { value: 'tasks', label: 'Tasks' },
            { value: 'json', label: 'JSON' },
            { value: 'versions', label: 'Versions' },
          ]}
        />
        <span className="flex-1" />
        {mayManage && (
          <Button onClick={() => setOpen('import')}>
            <FileUp className="size-4" aria-hidden="true" /> Import
          </Button>
        )}
        <Button
          disabled={product.template === null}
          isPending={exporting.isPending}
          onClick={() => exporting.mutate({ productId: product.id })}
        >
          <Download className="size-4" aria-hidden="true" /> Export
        </Button>
      </div>
      {exporting.isError && <ProblemNotice error={exporting.error} className="mb-3" />}
      {problems.length > 0 && <Problems problems={problems} onChoose={setChosen} />}
      {view === 'versions' && <TemplateVersions versions={product.template?.versions ?? []} />}
      {view === 'json' && (
        <JsonField
          label="Template as JSON"
          json={inputOf(draft) as unknown as Json}
          onChange={(json) => {
            const read = draftOfJson(json, () => crypto.randomUUID());
            if (read !== undefined && mayManage) setDraft(read);
          }}
        />
      )}
      {view === 'tasks' && (
        <div className="grid items-start gap-4 lg:grid-cols-[20rem_minmax(0,1fr)]">
          <TaskList draft={draft} chosen={chosen} isFixed={!mayManage} onDraft={setDraft} onChoose={setChosen} />
          <TaskEditor
            task={draft.find(({ key }) => key === chosen)}
            isFixed={!mayManage}
            onChange={(task) => setDraft(draft.map((each) => (each.key === task.key ? task : each)))}
            onRemove={(key) => setDraft(draft.filter((task) => task.key !== key))}
          />
        </div>
      )}
      {open === 'save' && <SaveTemplateDialog product={product} draft={draft} onClose={() => setOpen(undefined)} />}
      {open === 'import' && (
        <TemplateImportDialog product={product} isUnsaved={isChanged} onClose={() => setOpen(undefined)} />
      )}
    </>
  );
}

type ProblemsProps = { problems: ReturnType<typeof problemsOf>; onChoose: (taskKey: string) => void };

function Problems({ problems, onChoose }: ProblemsProps) {
  return (
    <section aria-label="What has to be mended before saving" className="mb-3 rounded-lg bg-warn-soft p-3">
      <ul className="space-y-0.5">
        {problems.slice(0, 8).map(({ taskKey, where, message }) => (
          <li key={`${taskKey} ${where} ${message}`} className="text-ink">
            <button
              type="button"
              className="font-medium underline underline-offset-4"
              onClick={() => onChoose(taskKey)}
            >
              {where}
            </button>{' '}
            {message}
          </li>
        ))}
        {problems.length > 8 && <li className="text-muted">and {problems.length - 8} more</li>}
      </ul>
    </section>
  );
}
