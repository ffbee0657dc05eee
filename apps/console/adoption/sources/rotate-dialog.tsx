/** Gives a webhook another secret, the one before it holding until its sender has been told. */
import { useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { SelectField } from '../../ui/field.tsx';
import { ProblemNotice } from '../../ui/notice.tsx';
import { ROTATE_WEBHOOK_SECRET } from '../operations.ts';
import type { Source } from '../types.ts';
import { useAct } from '../use-adoption.ts';
import { SecretDialog } from './secret-dialog.tsx';

const OVERLAPS = [
  { seconds: 86_400, label: 'holds for a day more' },
  { seconds: 3_600, label: 'holds for an hour more' },
  { seconds: 604_800, label: 'holds for a week more' },
  { seconds: 0, label: 'ends at once, as after a leak' },
] as const;

export function OverlapField({ value, onChange }: { value: number; onChange: (seconds: number) => void }) {
  return (
    <SelectField label="The old secret" value={value} onChange={({ target }) => onChange(Number(target.value))}>
      {OVERLAPS.map(({ seconds, label }) => (
        <option key={seconds} value={seconds}>
          {label}
        </option>
      ))}
    </SelectField>
  );
}

export function RotateDialog({ source, onClose }: { source: Source; onClose: () => void }) {
  const [overlapSeconds, setOverlap] = useState<number>(OVERLAPS[0].seconds);
  const rotate = useAct(ROTATE_WEBHOOK_SECRET);
  const made = rotate.data?.rotateWebhookSecret;
  if (made?.secret) return <SecretDialog source={made.source} secret={made.secret} onClose={onClose} />;
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={`New secret for ${source.name}`}
      description="It is shown once. Give it to the sender while the old one still holds, and no message is lost."
    >
      <div className="space-y-4">
        <OverlapField value={overlapSeconds} onChange={setOverlap} />
        {rotate.isError && <ProblemNotice error={rotate.error} />}
        <div className="flex justify-end gap-2">
          <Button weight="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button
            weight="primary"
            isPending={rotate.isPending}
            onClick={() => rotate.mutate({ id: source.id, overlapSeconds })}
          >
            Make a new secret
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
