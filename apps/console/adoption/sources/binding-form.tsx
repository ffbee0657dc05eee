/** Which events of the customer are counted, how, over which time, and the attribute that gets the number. */
import { useQuery } from '@tanstack/react-query';
import { useId } from 'react';
import { catalogueQuery } from '../../api/queries.ts';
import { usePlace } from '../../shell/place.ts';
import { SelectField, TextField } from '../../ui/field.tsx';
import type { Json, Source } from '../types.ts';
import { attributesOf, ConfigChoice, ConfigNumber, ConfigText, Part, type SourceForm } from './config-fields.tsx';
import { textAt, valueAt, withValue } from './config-places.ts';

const SERIES = '/definition/series/0';
const MEASURE = `${SERIES}/measure`;

const MEASURES: readonly { value: string; label: string; measure: Json }[] = [
  { value: 'total', label: 'Number of events', measure: { kind: 'total' } },
  { value: 'unique user', label: 'Different users', measure: { kind: 'unique', of: 'user' } },
  { value: 'unique session', label: 'Different sessions', measure: { kind: 'unique', of: 'session' } },
  { value: 'per_user_average', label: 'Events per user', measure: { kind: 'per_user_average' } },
  { value: 'property', label: 'A number the events carry', measure: { kind: 'property', aggregate: 'sum' } },
];
const AGGREGATES = ['sum', 'average', 'min', 'max', 'p50', 'p90', 'p95', 'p99'].map((value) => ({
  value,
  label: value,
}));
const UNITS = ['hour', 'day', 'week', 'month'].map((value) => ({ value, label: `${value}s` }));

export function BindingForm({ form, source }: { form: SourceForm; source: Source | undefined }) {
  const { plan, config, setConfig } = form;
  const isRolling = valueAt(config, '/definition/period/last') !== undefined;
  return (
    <>
      <Part title="Attribute">
        <SelectField
          label="Attribute it fills"
          name="attribute"
          required
          data-place="attribute"
          defaultValue={source?.attributeId ?? undefined}
          hint={
            plan.customer.tenantId
              ? `Events of tenant ${plan.customer.tenantId} count.`
              : 'This customer has no tenant: give them one first.'
          }
        >
          {attributesOf(plan).map(({ task, attribute }) => (
            <option key={attribute.id} value={attribute.id}>
              {task.name} · {attribute.name}
            </option>
          ))}
        </SelectField>
      </Part>
      <Part title="What is counted">
        <Counted form={form} />
      </Part>
      <Part title="Over which time">
        {isRolling ? (
          <div className="grid grid-cols-2 gap-3 sm:grid-cols-4">
            <ConfigNumber form={form} at="/definition/period/last" label="In the last" min={1} max={366} isRequired />
            <ConfigChoice
              form={form}
              at="/definition/period/unit"
              label="Unit"
              fallback=""
              choices={UNITS}
              onChoose={(unit) =>
                setConfig(withValue(withValue(config, '/definition/period/unit', unit), '/definition/interval', unit))
              }
            />
            <ConfigChoice
              form={form}
              at="/take"
              label="The value is"
              className="col-span-2"
              fallback=""
              choices={[
                { value: 'total', label: 'the number over all of it' },
                { value: 'last_interval', label: `that of the newest ${textAt(config, '/definition/interval')}` },
              ]}
            />
          </div>
        ) : (
          <p className="text-xs text-muted">The time is between two fixed days; change them as JSON.</p>
        )}
      </Part>
    </>
  );
}

function Counted({ form }: { form: SourceForm }) {
  const { config, setConfig } = form;
  const { workspace, environment } = usePlace();
  const listId = useId();
  const propertiesId = useId();
  const scope = { workspaceId: workspace.id, environmentId: environment?.id ?? '' };
  const catalogue = useQuery({ ...catalogueQuery(scope), enabled: environment !== undefined });
  const measure = measureOf(config);
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      <TextField
        label="Event"
        required
        list={listId}
        autoComplete="off"
        data-place={`${SERIES}/event`}
        error={form.errorAt(`${SERIES}/event`) ?? form.errorAt('/definition')}
        value={textAt(config, `${SERIES}/event`)}
        hint={catalogue.data?.events.length === 0 ? 'No events came in the last 30 days.' : undefined}
        onChange={({ target }) => setConfig(withValue(config, `${SERIES}/event`, target.value))}
      />
      <datalist id={listId}>
        {catalogue.data?.events.map(({ name }) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <SelectField
        label="Measure"
        value={measure}
        onChange={({ target }) => {
          const chosen = MEASURES.find(({ value }) => value === target.value);
          if (chosen) setConfig(withValue(config, MEASURE, chosen.measure));
        }}
      >
        {MEASURES.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </SelectField>
      {measure === 'property' && (
        <>
          <ConfigText form={form} at={`${MEASURE}/property`} label="Property" isRequired list={propertiesId} />
          <datalist id={propertiesId}>
            {catalogue.data?.properties
              .filter(({ kind }) => kind === 'number')
              .map(({ name }) => (
                <option key={name} value={name} />
              ))}
          </datalist>
          <ConfigChoice form={form} at={`${MEASURE}/aggregate`} label="Taken as" fallback="" choices={AGGREGATES} />
        </>
      )}
    </div>
  );
}

function measureOf(config: Json): string {
  const kind = textAt(config, `${MEASURE}/kind`) || 'total';
  return kind === 'unique' ? `unique ${textAt(config, `${MEASURE}/of`)}` : kind;
}
