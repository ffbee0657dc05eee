/** Keeps a value of an attribute by hand. */
import { type FormEvent, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { ProblemNotice } from '../ui/notice.tsx';
import { RECORD_VALUE } from './operations.ts';
import type { Attribute, DataType, Json } from './types.ts';
import { useAct } from './use-adoption.ts';

const INPUT_OF: Readonly<
  Record<Exclude<DataType, 'BOOLEAN'>, { type: string; step?: string; min?: number; max?: number }>
> = {
  NUMBER: { type: 'number', step: 'any' },
  PERCENTAGE: { type: 'number', step: 'any', min: 0, max: 100 },
  STRING: { type: 'text' },
  DATE: { type: 'date' },
};

function readInput(text: string, dataType: DataType): Json {
  if (dataType === 'BOOLEAN') return text === 'true';
  return dataType === 'NUMBER' || dataType === 'PERCENTAGE' ? Number(text) : text;
}

export function RecordValueDialog({ attribute, onClose }: { attribute: Attribute; onClose: () => void }) {
  const record = useAct(RECORD_VALUE, onClose);
  const [today] = useState(() => new Date().toISOString().slice(0, 10));
  const { name, dataType, criterionText, latestValue } = attribute;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const field = (key: string) => String(form.get(key) ?? '').trim();
    record.mutate({
      attributeId: attribute.id,
      value: readInput(field('value'), dataType),
      day: field('day'),
      notes: field('notes') || null,
    });
  };
  return (
    <Dialog isOpen onClose={onClose} title={`Record ${name}`} description={`Its criterion: ${criterionText}.`}>
      <form onSubmit={submit} className="space-y-4">
        {dataType === 'BOOLEAN' ? (
          <SelectField label="Value" name="value" defaultValue={String(latestValue?.value ?? 'true')}>
            <option value="true">true</option>
            <option value="false">false</option>
          </SelectField>
        ) : (
          <TextField
            label={dataType === 'PERCENTAGE' ? 'Value, 0 to 100 %' : 'Value'}
            name="value"
            required
            autoComplete="off"
            {...INPUT_OF[dataType]}
          />
        )}
        <TextField
          label="Day"
          name="day"
          type="date"
          required
          defaultValue={today}
          max={today}
          hint="The newest value of a day holds."
        />
        <TextField label="Note" name="notes" maxLength={2_000} autoComplete="off" />
        {record.isError && <ProblemNotice error={record.error} />}
        <div className="flex justify-end gap-2">
          <Button weight="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" weight="primary" isPending={record.isPending}>
            Record
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
