/** Which parts of a JSON document become values: every item of a list, or single places given to attributes by name. */
import { Plus, X } from 'lucide-react';
import { Button } from '../../ui/button.tsx';
import { SelectField } from '../../ui/field.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { ROWS_MAPPING } from '../source-starters.ts';
import type { Json } from '../types.ts';
import { attributesOf, ConfigText, type SourceForm } from './config-fields.tsx';
import { listAt, textAt, withValue } from './config-places.ts';

type MappingKind = 'rows' | 'values';
const AT = '/mapping';

export function MappingKindChoice({ form }: { form: SourceForm }) {
  const kind = mappingKindOf(form);
  return (
    <Segmented<MappingKind>
      label="How values are found"
      value={kind}
      onChange={(next) => form.setConfig(withValue(form.config, AT, next === 'rows' ? ROWS_MAPPING : singleOf(form)))}
      choices={[
        { value: 'rows', label: 'A list of rows' },
        { value: 'values', label: 'Single places' },
      ]}
    />
  );
}

export function MappingFields({ form }: { form: SourceForm }) {
  return mappingKindOf(form) === 'rows' ? <RowPaths form={form} /> : <SinglePlaces form={form} />;
}

const mappingKindOf = ({ config }: SourceForm): MappingKind =>
  textAt(config, `${AT}/kind`) === 'values' ? 'values' : 'rows';

function singleOf({ plan }: SourceForm): Json {
  return { kind: 'values', values: [{ ...firstAttribute(plan), path: '$' }] };
}

function firstAttribute(plan: SourceForm['plan']): { attribute: string; task?: string } {
  const [first] = attributesOf(plan);
  return first === undefined ? { attribute: '' } : { attribute: first.attribute.name, task: first.task.name };
}

function RowPaths({ form }: { form: SourceForm }) {
  return (
    <>
      <ConfigText
        form={form}
        at={`${AT}/rows`}
        label="Rows"
        isRequired
        hint="JSONPath that leads to every row. The paths below begin at the row."
      />
      <div className="grid gap-3 sm:grid-cols-2">
        <ConfigText
          form={form}
          at={`${AT}/attribute`}
          label="Attribute"
          isRequired
          hint="Leads to its name as in the plan."
        />
        <ConfigText
          form={form}
          at={`${AT}/value`}
          label="Value"
          isRequired
          hint="“75” in quotes is a text, not a number."
        />
        <ConfigText form={form} at={`${AT}/day`} label="Day (optional)" hint="Absent: today in UTC." />
        <ConfigText
          form={form}
          at={`${AT}/task`}
          label="Task (optional)"
          hint="Needed where tasks share the name of an attribute."
        />
      </div>
    </>
  );
}

function SinglePlaces({ form }: { form: SourceForm }) {
  const values = listAt(form.config, `${AT}/values`);
  const attributes = attributesOf(form.plan);
  const add = () =>
    form.setConfig(withValue(form.config, `${AT}/values`, [...values, { ...firstAttribute(form.plan), path: '$' }]));
  const choose = (at: string, id: string) => {
    const chosen = attributes.find(({ attribute }) => attribute.id === id);
    if (chosen === undefined) return;
    const { path = '$' } = { path: textAt(form.config, `${at}/path`) };
    form.setConfig(withValue(form.config, at, { attribute: chosen.attribute.name, task: chosen.task.name, path }));
  };
  return (
    <>
      <ul aria-label="Places" className="space-y-3">
        {values.map((_, index) => {
          const at = `${AT}/values/${index}`;
          const name = textAt(form.config, `${at}/attribute`);
          const task = textAt(form.config, `${at}/task`);
          const isThis = (each: (typeof attributes)[number]) =>
            each.attribute.name === name && (task === '' || each.task.name === task);
          const chosen = attributes.find(isThis);
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: a place is named by where it stands in the list
            <li key={index} className="grid grid-cols-[minmax(0,1fr)_auto] items-end gap-2 sm:grid-cols-[1fr_1fr_auto]">
              <SelectField
                label="Attribute"
                className="max-sm:col-span-2"
                data-place={`${at}/attribute`}
                error={form.errorAt(`${at}/attribute`)}
                value={chosen?.attribute.id ?? ''}
                onChange={(event) => choose(at, event.target.value)}
              >
                {chosen === undefined && <option value="">{name || 'Choose one'}</option>}
                {attributes.map((each) => (
                  <option key={each.attribute.id} value={each.attribute.id}>
                    {each.task.name} · {each.attribute.name}
                  </option>
                ))}
              </SelectField>
              <ConfigText form={form} at={`${at}/path`} label="Path" isRequired />
              <Button
                weight="quiet"
                size="icon"
                aria-label={`Remove the place of ${name || 'no attribute'}`}
                disabled={values.length === 1}
                onClick={() => form.setConfig(withValue(form.config, at, undefined))}
              >
                <X className="size-4" aria-hidden="true" />
              </Button>
            </li>
          );
        })}
      </ul>
      <Button size="small" onClick={add}>
        <Plus className="size-3.5" aria-hidden="true" /> Add a place
      </Button>
    </>
  );
}
