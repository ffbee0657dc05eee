/** Replaces a key; the old one keeps working for the overlap, so that programs can change over. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { keysQuery, rotateKey } from '../api/queries.ts';
import type { ApiKey } from '../api/types.ts';
import { usePlace } from '../shell/place.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { SelectField } from '../ui/field.tsx';
import { ProblemNotice } from '../ui/notice.tsx';
import { SecretText } from '../ui/secret-text.tsx';

const OVERLAPS = [
  { seconds: 0, label: 'Not at all: it is refused at once' },
  { seconds: 3_600, label: 'One hour' },
  { seconds: 86_400, label: 'One day' },
  { seconds: 604_800, label: 'One week' },
];

export function RotateKeyDialog({ apiKey, onClose }: { apiKey: ApiKey; onClose: () => void }) {
  const { workspace } = usePlace();
  const queryClient = useQueryClient();
  const [overlapSeconds, setOverlapSeconds] = useState(86_400);
  const rotation = useMutation({
    mutationFn: () => rotateKey(workspace.id, apiKey.id, overlapSeconds),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: keysQuery(workspace.id).queryKey }),
  });
  if (rotation.data) {
    return (
      <Dialog isOpen onClose={onClose} isDismissable={false} title="Copy the new key now">
        <div className="space-y-4">
          <SecretText secret={rotation.data.key} label="New key">
            It cannot be shown again. Put it where {apiKey.prefix}… was used.
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
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={`Rotate “${apiKey.name}”`}
      description="Makes a new key with the same rights. Change your programs over while both work."
    >
      <div className="space-y-4">
        <SelectField
          label={`Keep ${apiKey.prefix}… working for`}
          value={overlapSeconds}
          onChange={(event) => setOverlapSeconds(Number(event.target.value))}
        >
          {OVERLAPS.map(({ seconds, label }) => (
            <option key={seconds} value={seconds}>
              {label}
            </option>
          ))}
        </SelectField>
        {rotation.isError && <ProblemNotice error={rotation.error} />}
        <div className="flex justify-end gap-2">
          <Button weight="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button weight="primary" isPending={rotation.isPending} onClick={() => rotation.mutate()}>
            Rotate key
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
