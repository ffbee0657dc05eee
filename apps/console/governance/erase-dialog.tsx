/** Names one person or tenant, to be erased or handed out. Erasing asks for the name a second time. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { usePlace } from '../shell/place.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { ProblemNotice } from '../ui/notice.tsx';
import { erasuresQuery, exportSubject, requestErasure, type SubjectName } from './api.ts';

type EraseDialogProps = { purpose: 'erase' | 'export'; onClose: () => void };

export function EraseDialog({ purpose, onClose }: EraseDialogProps) {
  const { workspace } = usePlace();
  const queryClient = useQueryClient();
  const [kind, setKind] = useState<'person' | 'tenant'>('person');
  const [id, setId] = useState('');
  const [again, setAgain] = useState('');
  const isErasing = purpose === 'erase';
  const work = useMutation({
    mutationFn: async (subject: SubjectName) => {
      if (isErasing) await requestErasure(workspace.id, subject);
      else saveFile(await exportSubject(workspace.id, subject), `${subject.kind}.ndjson`);
    },
    onSuccess: async () => {
      if (isErasing) await queryClient.invalidateQueries({ queryKey: erasuresQuery(workspace.id).queryKey });
      onClose();
    },
  });
  const isComplete = id.trim() !== '' && (!isErasing || again.trim() === id.trim());
  const subject: SubjectName = kind === 'person' ? { kind, user_id: id.trim() } : { kind, tenant_id: id.trim() };
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={isErasing ? 'Erase one person or tenant' : 'Hand out what is kept'}
      description={
        isErasing
          ? 'Events, counts, reports, review packs, refused rows and links go for good, in every environment. Hand them out first where that is asked for.'
          : 'A file with everything that is kept of one person or tenant. That it was taken out is written into the audit log.'
      }
      isDismissable={!work.isPending}
    >
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (isComplete) work.mutate(subject);
        }}
      >
        <SelectField label="Whom" value={kind} onChange={(event) => setKind(event.target.value as typeof kind)}>
          <option value="person">One person</option>
          <option value="tenant">One tenant, with everybody of it</option>
        </SelectField>
        <TextField
          label={kind === 'person' ? 'User id' : 'Tenant id'}
          hint={kind === 'person' ? 'As your product knows it. It is not kept.' : 'As your product sends it.'}
          value={id}
          autoComplete="off"
          onChange={(event) => setId(event.target.value)}
        />
        {isErasing && (
          <TextField
            label="The same id again, to be sure"
            value={again}
            autoComplete="off"
            error={again !== '' && !id.trim().startsWith(again.trim()) ? 'This is another id.' : undefined}
            onChange={(event) => setAgain(event.target.value)}
          />
        )}
        {work.isError && <ProblemNotice error={work.error} />}
        <div className="flex justify-end gap-2">
          <Button weight="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button
            weight={isErasing ? 'danger' : 'primary'}
            type="submit"
            disabled={!isComplete}
            isPending={work.isPending}
          >
            {isErasing ? 'Erase for good' : 'Download'}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function saveFile(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
