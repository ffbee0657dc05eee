/** For a person who is in no workspace: make one. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { FormEvent } from 'react';
import { createWorkspace, meQuery } from '../api/queries.ts';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { Mark } from '../ui/mark.tsx';
import { ProblemNotice } from '../ui/notice.tsx';

export function NoWorkspace() {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const creation = useMutation({
    mutationFn: createWorkspace,
    onSuccess: async ({ slug }) => {
      await queryClient.refetchQueries({ queryKey: meQuery.queryKey });
      await navigate({ to: '/w/$workspace', params: { workspace: slug } });
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget).get('name') ?? '').trim();
    if (name !== '') creation.mutate(name);
  };
  return (
    <main className="grid min-h-dvh place-items-center px-4">
      <form
        onSubmit={submit}
        className="w-full max-w-sm space-y-4 rounded-2xl bg-surface p-6 shadow-card ring-1 ring-line"
      >
        <Mark size={36} />
        <div>
          <h1 className="text-lg font-semibold">Create your workspace</h1>
          <p className="mt-1 text-muted">
            A workspace holds your products and the people who look at them. If your team has one, ask to be invited.
          </p>
        </div>
        <TextField label="Name" name="name" required maxLength={100} placeholder="Acme" />
        {creation.isError && <ProblemNotice error={creation.error} />}
        <Button type="submit" weight="primary" isPending={creation.isPending} className="w-full">
          Create workspace
        </Button>
      </form>
    </main>
  );
}
