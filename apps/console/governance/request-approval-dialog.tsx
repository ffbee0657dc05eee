/** Asks for leave to see single people: whom, why and for how long. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { usePlace } from '../shell/place.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { ProblemNotice } from '../ui/notice.tsx';
import { approvalsQuery, type NewApproval, requestApproval, type SubjectKind } from './api.ts';
import { minutesInWords } from './words.ts';

const DURATIONS = [15, 60, 240, 480];

export function RequestApprovalDialog({ onClose }: { onClose: () => void }) {
  const { workspace, environment } = usePlace();
  const queryClient = useQueryClient();
  const [kind, setKind] = useState<SubjectKind>('person');
  const [id, setId] = useState('');
  const [environmentId, setEnvironmentId] = useState(environment?.id ?? '');
  const [reason, setReason] = useState('');
  const [minutes, setMinutes] = useState(60);
  const asking = useMutation({
    mutationFn: (body: NewApproval) => requestApproval(workspace.id, body),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: approvalsQuery(workspace.id).queryKey });
      onClose();
    },
  });
  const isComplete = reason.trim().length >= 10 && (kind === 'environment' || id.trim() !== '');
  const submit = () =>
    asking.mutate({
      kind,
      reason: reason.trim(),
      minutes,
      ...(kind === 'person' && { user_id: id.trim() }),
      ...(kind === 'tenant' && { tenant_id: id.trim() }),
      ...(environmentId !== '' && { environment_id: environmentId }),
    });
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title="Ask to see single people"
      description="Another admin decides. Once they agree, you see what you asked for until the time is over, and each look is written down."
    >
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <SelectField label="Whom" value={kind} onChange={(event) => setKind(event.target.value as SubjectKind)}>
          <option value="person">One person</option>
          <option value="tenant">Everybody of one tenant</option>
          <option value="environment">Anyone</option>
        </SelectField>
        {kind !== 'environment' && (
          <TextField
            label={kind === 'person' ? 'User id' : 'Tenant id'}
            hint={kind === 'person' ? 'As your product knows it. Uptake keeps only the pseudonym.' : undefined}
            value={id}
            autoComplete="off"
            onChange={(event) => setId(event.target.value)}
          />
        )}
        <SelectField label="Where" value={environmentId} onChange={(event) => setEnvironmentId(event.target.value)}>
          <option value="">Every environment</option>
          {workspace.products.flatMap((product) =>
            product.environments.map((each) => (
              <option key={each.id} value={each.id}>
                {product.name} / {each.name}
              </option>
            )),
          )}
        </SelectField>
        <TextField
          label="Why"
          hint="At least 10 characters; it stays in the audit log."
          placeholder="Ticket 4711: the export of this user fails"
          value={reason}
          maxLength={1_000}
          onChange={(event) => setReason(event.target.value)}
        />
        <SelectField label="For" value={minutes} onChange={(event) => setMinutes(Number(event.target.value))}>
          {DURATIONS.map((each) => (
            <option key={each} value={each}>
              {minutesInWords(each)}
            </option>
          ))}
        </SelectField>
        {asking.isError && <ProblemNotice error={asking.error} />}
        <div className="flex justify-end gap-2">
          <Button weight="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button weight="primary" type="submit" disabled={!isComplete} isPending={asking.isPending}>
            Ask
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
