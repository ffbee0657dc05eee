/** Step one: a write key, made here and shown once. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { KeyRound } from 'lucide-react';
import { createKey, keysQuery } from '../api/queries.ts';
import { canManage, useEnvironment, usePlace } from '../shell/place.ts';
import { Button } from '../ui/button.tsx';
import { ProblemNotice } from '../ui/notice.tsx';
import { SecretText } from '../ui/secret-text.tsx';
import { Step } from './step.tsx';

type WriteKeyStepProps = { createdKey: string | undefined; onCreated: (key: string) => void };

export function WriteKeyStep({ createdKey, onCreated }: WriteKeyStepProps) {
  const { workspace, summary } = usePlace();
  const { environment } = useEnvironment();
  const queryClient = useQueryClient();
  const creation = useMutation({
    mutationFn: () =>
      createKey(workspace.id, { kind: 'write', name: 'First write key', environment_id: environment.id }),
    onSuccess: ({ key }) => {
      onCreated(key);
      void queryClient.invalidateQueries({ queryKey: keysQuery(workspace.id).queryKey });
    },
  });
  return (
    <Step number={1} title="Get a write key" isDone={createdKey !== undefined}>
      {createdKey ? (
        <SecretText secret={createdKey} label="Write key">
          It already stands in the snippets below. Keep it with your product's configuration: it is shown this once.
        </SecretText>
      ) : canManage(summary) ? (
        <>
          <p className="mb-3 text-muted">
            A write key says where events belong. It may send them and nothing else, so it can stand in public code.{' '}
            <Link
              to="/w/$workspace/settings/keys"
              params={{ workspace: workspace.slug }}
              className="font-medium text-accent underline-offset-4 hover:underline"
            >
              See the keys there are
            </Link>
          </p>
          <Button weight="primary" isPending={creation.isPending} onClick={() => creation.mutate()}>
            <KeyRound className="size-4" aria-hidden="true" /> Create write key
          </Button>
          {creation.isError && <ProblemNotice error={creation.error} className="mt-3" />}
        </>
      ) : (
        <p className="text-muted">
          Your role ({summary.role}) cannot create keys. Ask an owner or admin of {workspace.name} for a write key, and
          put it in the snippet below.
        </p>
      )}
    </Step>
  );
}
