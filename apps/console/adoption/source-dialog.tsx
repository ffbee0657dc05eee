/** Sets a source up: its kind, its configuration, credentials and schedule; tried with real data before it is saved. */
import { useMutation } from '@tanstack/react-query';
import { FlaskConical } from 'lucide-react';
import { type FormEvent, useRef, useState } from 'react';
import { usePlace } from '../shell/place.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { ProblemNotice } from '../ui/notice.tsx';
import { Segmented } from '../ui/segmented.tsx';
import { act } from './api.ts';
import { Check } from './configure-dialog.tsx';
import { JsonField } from './criteria-builder.tsx';
import { SAVE_SOURCE, TEST_SOURCE } from './operations.ts';
import { DEFAULT_SCHEDULE } from './schedule.ts';
import { ScheduleField } from './schedule-field.tsx';
import { credentialFields, isPulled, starterOf } from './source-starters.ts';
import { BindingForm } from './sources/binding-form.tsx';
import type { SourceForm } from './sources/config-fields.tsx';
import { Credentials } from './sources/credential-fields.tsx';
import { DatabaseForm } from './sources/database-form.tsx';
import { PollingForm } from './sources/polling-form.tsx';
import { PushForm } from './sources/push-form.tsx';
import { SecretDialog } from './sources/secret-dialog.tsx';
import { PastedMessage, Trial } from './sources/trial.tsx';
import { useProblemPlaces } from './sources/use-problem-places.ts';
import { WebhookForm } from './sources/webhook-form.tsx';
import type { Json, Plan, Source, SourceInput, SourceKind } from './types.ts';
import { useAct, useAdoption } from './use-adoption.ts';
import { KIND_WORDS } from './words.ts';

type SourceDialogProps = { plan: Plan; source?: Source; onClose: () => void };
type View = 'form' | 'json';

export function SourceDialog({ plan, source, onClose }: SourceDialogProps) {
  const { workspaceId } = useAdoption();
  const { environment } = usePlace();
  const [kind, setKind] = useState<SourceKind>(source?.kind ?? 'BINDING');
  const [config, setConfig] = useState<Json>(source?.config ?? starterOf('BINDING', environment?.id));
  const [schedule, setSchedule] = useState<string | null>(source ? source.schedule : DEFAULT_SCHEDULE);
  const [view, setView] = useState<View>('form');
  const [target, setTarget] = useState<string>();
  const [message, setMessage] = useState('');
  const form = useRef<HTMLFormElement>(null);
  const save = useAct(SAVE_SOURCE, ({ saveSource }) => {
    if (saveSource.secret === null) onClose();
  });
  const test = useMutation({
    mutationFn: (input: SourceInput) => act(workspaceId, TEST_SOURCE, { input, sample: message || null }),
  });
  const { errorOf, rest } = useProblemPlaces(save.error ?? test.error, form);
  const inputOf = (filled: HTMLFormElement) => readForm(new FormData(filled), { plan, source, kind, config, schedule });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    test.reset();
    save.mutate({ input: inputOf(event.currentTarget) });
  };
  const tryOut = () => {
    save.reset();
    if (form.current?.reportValidity()) test.mutate(inputOf(form.current));
  };
  const saved = save.data?.saveSource;
  if (saved?.secret) return <SecretDialog source={saved.source} secret={saved.secret} onClose={onClose} />;
  const errorAt = (place: string) => errorOf(`config${place}`);
  const sourceForm: SourceForm = { plan, config, setConfig, errorAt, setTarget };
  const canTest = isPulled(kind) || message.trim() !== '';
  return (
    <Dialog
      isOpen
      isWide
      isDismissable={false}
      onClose={onClose}
      title={source ? `Change ${source.name}` : 'Add a source'}
      description={KIND_WORDS[kind].note}
    >
      <form ref={form} onSubmit={submit} className="space-y-5">
        <div className="grid gap-3 sm:grid-cols-2">
          <SelectField
            label="Kind"
            value={kind}
            disabled={source !== undefined}
            onChange={(event) => {
              const next = event.target.value as SourceKind;
              setKind(next);
              setConfig(starterOf(next, environment?.id));
              setTarget(undefined);
              test.reset();
              save.reset();
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
            data-place="name"
            error={errorOf('name')}
            required
            maxLength={200}
            defaultValue={source?.name ?? ''}
            autoComplete="off"
          />
        </div>
        <div className="space-y-5">
          {kind !== 'API_PUSH' && <ViewChoice view={view} onChange={setView} />}
          {view === 'json' && kind !== 'API_PUSH' ? (
            <JsonField key={kind} label="Configuration as JSON" json={config} onChange={setConfig} />
          ) : null}
          {/* Out of sight in the other view, since it keeps the attribute that is bound. */}
          <div hidden={view === 'json' && kind !== 'API_PUSH'} className="space-y-5">
            {(view === 'form' || kind === 'BINDING' || kind === 'API_PUSH') && (
              <KindForm kind={kind} form={sourceForm} source={source} />
            )}
          </div>
        </div>
        <Credentials kind={kind} config={config} hasCredentials={source?.hasCredentials ?? false} errorOf={errorOf} />
        {isPulled(kind) && (
          <ScheduleField label="It is asked" value={schedule} none="When the plan says so" onChange={setSchedule} />
        )}
        {!isPulled(kind) && <PastedMessage kind={kind} plan={plan} message={message} onChange={setMessage} />}
        <Check name="enabled" isChecked={source?.isEnabled ?? true} label="The source is enabled" />
        <Trial kind={kind} form={sourceForm} target={target} message={message} result={test.data?.testSource} />
        {rest != null && <ProblemNotice error={rest} />}
        <div className="flex flex-wrap justify-end gap-2">
          <Button weight="quiet" onClick={onClose}>
            Cancel
          </Button>
          {canTest && (
            <Button isPending={test.isPending} onClick={tryOut}>
              <FlaskConical className="size-4" aria-hidden="true" /> Test
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

function ViewChoice({ view, onChange }: { view: View; onChange: (view: View) => void }) {
  return (
    <div className="flex items-center justify-between gap-2">
      <h3 className="text-sm font-semibold text-ink">Configuration</h3>
      <Segmented
        label="How the configuration is shown"
        value={view}
        onChange={onChange}
        choices={[
          { value: 'form', label: 'Form' },
          { value: 'json', label: 'As JSON' },
        ]}
      />
    </div>
  );
}

function KindForm({ kind, form, source }: { kind: SourceKind; form: SourceForm; source: Source | undefined }) {
  switch (kind) {
    case 'API_POLLING':
      return <PollingForm form={form} />;
    case 'DATABASE':
      return <DatabaseForm form={form} />;
    case 'WEBHOOK':
      return <WebhookForm form={form} />;
    case 'API_PUSH':
      return <PushForm form={form} />;
    case 'BINDING':
      return <BindingForm form={form} source={source} />;
  }
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
