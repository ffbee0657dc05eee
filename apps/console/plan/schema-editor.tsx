/** Edits a schema as JSON, with what lint and the comparison with the version in force say while it is being typed. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useEffect, useMemo, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { classNames } from '../ui/class-names.ts';
import { Badge } from '../ui/figures.tsx';
import { ProblemNotice } from '../ui/notice.tsx';
import { type Approval, checkQuery, type Finding, type PlannedWithHistory, putSchema } from './api.ts';
import { ApprovalFields } from './approval-fields.tsx';
import { ChangeList } from './change-list.tsx';
import { documentText, lineOf, parseDocument } from './document.ts';
import { usePlanScope } from './use-plan-scope.ts';

/** Long enough that not every letter is sent, short enough that a pause brings the answer. */
const CHECK_AFTER_MS = 400;

export function SchemaEditor({ planned, onDone }: { planned: PlannedWithHistory; onDone: () => void }) {
  const { schema } = planned;
  const planScope = usePlanScope();
  const queryClient = useQueryClient();
  const [text, setText] = useState(() => documentText(schema));
  const [approval, setApproval] = useState<Approval>({ migration_note: '', reviewer: '', accepted_until: '' });
  const parsed = useMemo(() => parseDocument(text), [text]);
  const settled = useSettled(text, CHECK_AFTER_MS);
  const settledDocument = useMemo(() => parseDocument(settled), [settled]);
  const check = useQuery({
    ...checkQuery(planScope, 'document' in settledDocument ? settledDocument.document : undefined),
    enabled: 'document' in settledDocument,
    placeholderData: (before) => before,
  });
  const result = check.data?.results[0];
  const change = result?.change ?? undefined;
  const isBreaking = change?.kind === 'breaking' && schema.state !== 'draft';
  const hasErrors = result?.findings.some(({ severity }) => severity === 'error') ?? false;

  const saving = useMutation({
    mutationFn: () => {
      if ('mistake' in parsed) throw new Error(parsed.mistake);
      // The number says which version was edited: had somebody made it meanwhile, the server would refuse this one.
      const version = change?.kind === 'none' ? schema.version : schema.version + 1;
      return putSchema(
        planScope,
        schema.event_name,
        { ...parsed.document, version },
        isBreaking ? { ...approval, accepted_until: endOfDay(approval.accepted_until) } : undefined,
      );
    },
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ['plan'] });
      onDone();
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    saving.mutate();
  };
  const isSettled = settled === text && check.isSuccess && !check.isPlaceholderData;
  const maySave = isSettled && !hasErrors && change !== undefined && change.kind !== 'none';

  return (
    <Card title={`Edit version ${schema.version}`} bodyClassName="p-0">
      <form onSubmit={submit}>
        <textarea
          aria-label="Schema as JSON"
          spellCheck={false}
          autoComplete="off"
          className={classNames(
            'block h-[26rem] w-full resize-y border-y border-line bg-sunken px-4 py-3 font-mono text-xs leading-5 text-ink outline-none',
            'focus-visible:outline-2 focus-visible:outline-offset-[-2px] focus-visible:outline-accent',
          )}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <div className="space-y-4 px-4 py-4">
          {'mistake' in parsed && (
            <p role="alert" className="text-sm text-bad">
              {parsed.mistake}
            </p>
          )}
          {check.isError && <ProblemNotice error={check.error} onRetry={() => void check.refetch()} />}
          {result && <Findings findings={result.findings} text={text} />}
          {change && change.kind !== 'none' && (
            <section aria-label="What this changes">
              <h3 className="mb-1.5 text-sm font-medium text-ink">
                {isBreaking ? 'This breaks what is sent today' : 'What this changes; nothing that is sent breaks'}
              </h3>
              <ChangeList change={change} />
            </section>
          )}
          {isBreaking && <ApprovalFields approval={approval} onChange={setApproval} version={schema.version} />}
          {saving.isError && <ProblemNotice error={saving.error} />}
          <div className="flex flex-wrap items-center justify-end gap-2">
            <p className="mr-auto text-xs text-muted" role="status">
              {statusText(isSettled, hasErrors, change?.kind)}
            </p>
            <Button weight="quiet" onClick={onDone}>
              Cancel
            </Button>
            <Button type="submit" weight="primary" disabled={!maySave} isPending={saving.isPending}>
              Save as version {schema.version + 1}
            </Button>
          </div>
        </div>
      </form>
    </Card>
  );
}

function statusText(isSettled: boolean, hasErrors: boolean, kind: 'none' | 'compatible' | 'breaking' | undefined) {
  if (!isSettled) return 'Checking…';
  if (hasErrors) return 'Mend what is listed to save.';
  return kind === 'none' ? 'Nothing changed yet.' : '';
}

function Findings({ findings, text }: { findings: readonly Finding[]; text: string }) {
  if (findings.length === 0) return null;
  return (
    <ul aria-label="Findings" className="space-y-1">
      {findings.map(({ rule, severity, path, message }) => {
        const line = lineOf(text, path);
        return (
          <li key={`${rule} ${path}`} className="text-sm text-muted">
            <Badge tone={severity === 'error' ? 'bad' : 'warn'}>{severity}</Badge>{' '}
            {line !== undefined && <span className="text-ink">line {line}: </span>}
            {message} <code className="font-mono text-2xs break-all text-faint">{path || '/'}</code>
          </li>
        );
      })}
    </ul>
  );
}

/** The value once it has stayed the same for so long. */
function useSettled<T>(value: T, afterMs: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), afterMs);
    return () => clearTimeout(timer);
  }, [value, afterMs]);
  return settled;
}

/** A day is meant whole. */
function endOfDay(day: string): string {
  return day === '' ? '' : new Date(`${day}T23:59:59.999Z`).toISOString();
}
