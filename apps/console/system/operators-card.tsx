/** Who operates the installation: listed, added by their address, removed down to the last one. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { UserMinus } from 'lucide-react';
import type { FormEvent } from 'react';
import { formatDay } from '../format/time.ts';
import { usePlace } from '../shell/place.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { TextField } from '../ui/field.tsx';
import { ProblemNotice } from '../ui/notice.tsx';
import { addOperator, operatorsQuery, removeOperator } from './questions.ts';

export function OperatorsCard() {
  const { me } = usePlace();
  const queryClient = useQueryClient();
  const operators = useQuery(operatorsQuery);
  const refresh = () => queryClient.invalidateQueries({ queryKey: operatorsQuery.queryKey });
  const addition = useMutation({ mutationFn: addOperator, onSuccess: refresh });
  const removal = useMutation({ mutationFn: removeOperator, onSuccess: refresh });
  const listed = operators.data?.operators ?? [];

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const email = String(new FormData(form).get('email') ?? '').trim();
    if (email === '') return;
    addition.mutate(email, { onSuccess: () => form.reset() });
  };

  return (
    <Card title="Operators">
      {operators.isError && <ProblemNotice error={operators.error} onRetry={() => void operators.refetch()} />}
      <ul aria-label="Operators" className="divide-y divide-line">
        {listed.map(({ user_id, email, name, added_at }) => (
          <li key={user_id} className="flex items-center gap-3 py-2.5">
            <div className="min-w-0 flex-1">
              <p className="truncate font-medium text-ink">
                {name}
                {user_id === me.user.id && <span className="font-normal text-muted"> (you)</span>}
              </p>
              <p className="truncate text-xs text-muted">
                {email} · since {formatDay(added_at)}
              </p>
            </div>
            {listed.length > 1 && (
              <Button
                weight="quiet"
                size="icon"
                aria-label={`Remove ${name} from the operators`}
                title="Remove: they can be added again"
                isPending={removal.isPending && removal.variables === user_id}
                onClick={() => removal.mutate(user_id)}
              >
                <UserMinus className="size-4" aria-hidden="true" />
              </Button>
            )}
          </li>
        ))}
      </ul>
      {removal.isError && <ProblemNotice error={removal.error} className="mt-2" />}
      <form onSubmit={submit} className="mt-3 flex items-end gap-2 border-t border-line pt-3">
        <TextField
          label="Add an operator"
          name="email"
          type="email"
          required
          placeholder="address of a member"
          autoComplete="off"
          className="min-w-0 flex-1"
        />
        <Button type="submit" isPending={addition.isPending}>
          Add
        </Button>
      </form>
      {addition.isError && <ProblemNotice error={addition.error} className="mt-2" />}
    </Card>
  );
}
