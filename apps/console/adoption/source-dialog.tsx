/** Sets a source up: its kind, its configuration, credentials and schedule; tried with real data before it is saved. */
import { useMutation } from '@tanstack/react-query';
import { FlaskConical } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { formatCount } from '../format/numbers.ts';
import { usePlace } from '../shell/place.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { ProblemNotice } from '../ui/notice.tsx';
import { SecretText } from '../ui/secret-text.tsx';
import { act } from './api.ts';
import { Check } from './configure-dialog.tsx';
import { JsonField } from './criteria-builder.tsx';
import { SAVE_SOURCE, TEST_SOURCE } from './operations.ts';
import { DEFAULT_SCHEDULE } from './schedule.ts';
import { ScheduleField } from './schedule-field.tsx';
import { credentialFields, isPulled, starterOf } from './source-starters.ts';
import type { Json, Plan, Source, SourceInput, SourceKind, SourceTest } from './types.ts';
import { useAct, useAdoption } from './use-adoption.ts';
import { KIND_WORDS } from './words.ts';

type SourceDialogProps = { plan: Plan; source?: Source; onClose: () => void };

export function SourceDialog({ plan, source, onClose }: SourceDialogProps) {
  const { workspaceId } = useAdoption();
  const { environment } = usePlace();
  const [kind, setKind] = useState<SourceKind>(source?.kind ?? 'BINDING');
  const [config, setConfig] = useState<Json>(source?.config ?? starterOf('BINDING', environment?.id));
  const [schedule, setSchedule] = useState<string | null>(source ? source.schedule : DEFAULT_SCHEDULE);
  const save = useAct(SAVE_SOURCE, ({ saveSource }) => {
    if (saveSource.secret === null) onClose();
  });
  const test = useMutation({ mutationFn: (input: SourceInput) => act(workspaceId, TEST_SOURCE, { input }) });
  const inputOf = (form: HTMLFormElement) => readForm(new FormData(form), { plan, source, kind, config, schedule });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    save.mutate({ input: inputOf(event.currentTarget) });
  };
  const saved = save.data?.saveSource;
  if (saved?.secret) return <Secret source={saved.source} secret={saved.secret} onClose={onClose} />;
  const attributes = plan.tasks.flatMap((task) => task.telemetryAttributes.map((attribute) => ({ task, attribute })));
  return (
    <Dialog
      isOpen
      isWide
      onClose={onClose}
      title={source ? `Change ${source.name}` : 'Add a source'}
      description={KIND_WORDS[kind].note}
    >
      <form onSubmit={submit} className="space-y-4">
        <div className="grid gap-3 sm:grid-cols-2">
          <SelectField
            label="Kind"
            value={kind}
            disabled={source !== undefined}
            onChange={(event) => {
              const next = event.target.value as SourceKind;
              setKind(next);
              setConfig(starterOf(next, environment?.id));
              test.reset();
            }}
          >
            {(Object.keys(KIND_WORDS) as SourceKind[]).map((each) => (
              <option key={each} value={each}>
                {KIND_WORDS[each].name}
              </option>
            ))}
          </SelectField>
          <TextField
            label="Name"
            name="name"
            required
            maxLength={200}
            defaultValue={source?.name ?? ''}
            autoComplete="off"
          />
        </div>
        {kind === 'BINDING' && (
          <SelectField
            label="Attribute it fills"
            name="attribute"
            required
            defaultValue={source?.attributeId ?? undefined}
            hint={
              plan.customer.tenantId
                ? `Events of tenant ${plan.customer.tenantId} count.`
                : 'This customer has no tenant: give them one first.'
            }
          >
            {attributes.map(({ task, attribute }) => (
              <option key={attribute.id} value={attribute.id}>
                {task.name} · {attribute.name}
              </option>
            ))}
          </SelectField>
        )}
        <div>
          <p className="mb-1.5 text-sm font-medium text-ink">Configuration</p>
          <JsonField key={kind} label="Configuration as JSON" json={config} onChange={setConfig} />
        </div>
        <Credentials kind={kind} config={config} hasCredentials={source?.hasCredentials ?? false} />
        {isPulled(kind) && (
          <ScheduleField label="It is asked" value={schedule} none="When the plan says so" onChange={setSchedule} />
        )}
        <Check name="enabled" isChecked={source?.isEnabled ?? true} label="The source is enabled" />
        {test.isError && <ProblemNotice error={test.error} />}
        {test.data && <TestResult result={test.data.testSource} />}
        {save.isError && <ProblemNotice error={save.error} />}
        <div className="flex flex-wrap justify-end gap-2">
          <Button weight="quiet" onClick={onClose}>
            Cancel
          </Button>
          {isPulled(kind) && (
            <Button
              isPending={test.isPending}
              onClick={(event) => {
                const { form } = event.currentTarget;
                if (form?.reportValidity()) test.mutate(inputOf(form));
              }}
            >
              <FlaskConical className="size-4" aria-hidden="true" /> Test connection
            </Button>
          )}
          <Button type="submit" weight="primary" isPending={save.isPending}>
            Save
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

type Chosen = { plan: Plan; source: Source | undefined; kind: SourceKind; config: Json; schedule: string | null };

function readForm(form: FormData, { plan, source, kind, config, schedule }: Chosen): SourceInput {
  const field = (name: string) => String(form.get(name) ?? '').trim();
  const entered = credentialFields(kind, config).filter(({ name }) => field(`credential.${name}`) !== '');
  return {
    ...(source ? { id: source.id } : {}),
    adoptionPlanId: plan.id,
    kind,
    name: field('name'),
    config,
    isEnabled: form.has('enabled'),
    ...(isPulled(kind) && schedule !== null ? { schedule } : {}),
    ...(kind === 'BINDING' ? { attributeId: field('attribute') } : {}),
    // Not entered again means: those that are kept go on.
    ...(entered.length > 0
      ? { credentials: Object.fromEntries(entered.map(({ name }) => [name, field(`credential.${name}`)])) }
      : {}),
  };
}

type CredentialsProps = { kind: SourceKind; config: Json; hasCredentials: boolean };

function Credentials({ kind, config, hasCredentials }: CredentialsProps) {
  const fields = credentialFields(kind, config);
  if (fields.length === 0) return null;
  return (
    <fieldset>
      <legend className="mb-1.5 text-sm font-medium text-ink">Credentials</legend>
      <div className="grid gap-3 sm:grid-cols-2">
        {fields.map(({ name, label }) => (
          <TextField key={name} label={label} name={`credential.${name}`} type="password" autoComplete="new-password" />
        ))}
      </div>
      <p className="mt-1.5 text-xs text-muted">
        {hasCredentials
          ? 'Some are kept; leave these empty to go on with them.'
          : 'They are kept encrypted and never shown again.'}
      </p>
    </fieldset>
  );
}

/** What came, and what each row would become. Nothing of it is stored. */
function TestResult({ result }: { result: SourceTest }) {
  const refused = result.rows.filter(({ problem }) => problem !== null).length;
  return (
    <section aria-label="Result of the test" className={`rounded-lg p-3 ${result.ok ? 'bg-good-soft' : 'bg-bad-soft'}`}>
      <p role="status" className="text-ink">
        {result.ok ? '✓ ' : '✗ '}
        {result.message} <span className="text-muted">{result.tookMs} ms</span>
      </p>
      {result.rows.length > 0 && (
        <>
          <p className="mt-1 text-xs text-muted">
            {formatCount(result.rows.length, 'row')}, {refused} of them refused. Nothing was stored.
          </p>
          <div className="relative mt-2 max-h-56 overflow-auto rounded-md bg-surface" tabIndex={-1}>
            <table className="w-full min-w-[28rem] text-left text-xs" aria-label="Rows and what they become">
              <thead className="text-muted">
                <tr>
                  <th className="px-2 py-1.5 font-medium">Row</th>
                  <th className="px-2 py-1.5 font-medium">Attribute</th>
                  <th className="px-2 py-1.5 font-medium">Value</th>
                  <th className="px-2 py-1.5 font-medium">Day</th>
                </tr>
              </thead>
              <tbody className="divide-y divide-line border-t border-line">
                {result.rows.map((row) => (
                  <tr key={row.row}>
                    <td className="px-2 py-1.5">{row.row}</td>
                    <td className="px-2 py-1.5">{[row.task, row.attribute].filter(Boolean).join(' · ') || '–'}</td>
                    <td className="px-2 py-1.5 break-all">
                      {row.problem ? <span className="text-bad">✗ {row.problem}</span> : JSON.stringify(row.value)}
                    </td>
                    <td className="px-2 py-1.5 whitespace-nowrap">{row.day ?? '–'}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </>
      )}
    </section>
  );
}

function Secret({ source, secret, onClose }: { source: Source; secret: string; onClose: () => void }) {
  return (
    <Dialog
      isOpen
      isDismissable={false}
      onClose={onClose}
      title="Copy the secret now"
      description={`It signs what is sent to ${source.name}.`}
    >
      <div className="space-y-4">
        {source.webhookUrl && (
          <p className="break-all text-ink">
            Address: <code className="font-mono text-xs">{source.webhookUrl}</code>
          </p>
        )}
        <SecretText secret={secret} label="Secret" copyLabel="Copy secret">
          It is kept encrypted and cannot be shown again.
        </SecretText>
        <div className="flex justify-end">
          <Button weight="primary" onClick={onClose}>
            I have copied it
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
