/** Settings → Products: the products of the workspace and their environments. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Boxes, Plus } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { createEnvironment, createProduct, workspaceQuery } from '../api/queries.ts';
import type { Product } from '../api/types.ts';
import { canManage, usePlace } from '../shell/place.ts';
import { Button } from '../ui/button.tsx';
import { Card, ScreenHeader } from '../ui/card.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { Badge } from '../ui/figures.tsx';
import { EmptyState, ProblemNotice } from '../ui/notice.tsx';

type Adding = { kind: 'product' } | { kind: 'environment'; product: Product };

export function ProductsScreen() {
  const { workspace, summary } = usePlace();
  const [adding, setAdding] = useState<Adding>();
  const isManager = canManage(summary);
  return (
    <>
      <ScreenHeader
        title="Products"
        aside={
          isManager && (
            <Button weight="primary" onClick={() => setAdding({ kind: 'product' })}>
              <Plus className="size-4" aria-hidden="true" /> Add product
            </Button>
          )
        }
      >
        The products of {workspace.name}. Events of each environment are kept apart; its id is the{' '}
        <code className="font-mono">environment_id</code> of the API.
      </ScreenHeader>
      <div className="grid gap-4 xl:grid-cols-2">
        {workspace.products.map((product) => (
          <ProductCard
            key={product.id}
            product={product}
            onAdd={isManager ? () => setAdding({ kind: 'environment', product }) : undefined}
          />
        ))}
      </div>
      {workspace.products.length === 0 && (
        <Card>
          <EmptyState
            icon={Boxes}
            title="No product yet"
            action={
              isManager && (
                <Button weight="primary" onClick={() => setAdding({ kind: 'product' })}>
                  Add product
                </Button>
              )
            }
          >
            {isManager
              ? 'Add the product whose use you want to see; it can then send its first event.'
              : 'Ask an owner or admin to add one.'}
          </EmptyState>
        </Card>
      )}
      {adding && <AddDialog adding={adding} onClose={() => setAdding(undefined)} />}
    </>
  );
}

function ProductCard({ product, onAdd }: { product: Product; onAdd: (() => void) | undefined }) {
  const { workspace } = usePlace();
  return (
    <Card
      title={product.name}
      bodyClassName="px-0 pb-1"
      aside={
        onAdd && (
          <Button size="small" weight="quiet" onClick={onAdd}>
            <Plus className="size-3.5" aria-hidden="true" /> Add environment
          </Button>
        )
      }
    >
      <ul aria-label={`Environments of ${product.name}`}>
        {product.environments.map((environment) => (
          <li
            key={environment.id}
            className="flex min-h-12 flex-wrap items-center gap-x-3 gap-y-1 border-t border-line px-4 py-2"
          >
            <Link
              to="/w/$workspace/p/$product/$environment"
              params={{ workspace: workspace.slug, product: product.slug, environment: environment.slug }}
              className="font-medium text-ink underline-offset-4 hover:text-accent hover:underline"
            >
              {environment.name}
            </Link>
            <code className="font-mono text-xs text-muted">
              {product.slug}/{environment.slug}
            </code>
            <CopyButton text={environment.id} label="Copy id" weight="quiet" title={environment.id} />
            <span className="ml-auto flex gap-1.5">
              <Badge tone={environment.mode === 'enforce' ? 'accent' : 'neutral'}>
                {environment.mode === 'enforce' ? 'only planned events' : 'takes every event'}
              </Badge>
              {environment.policy === 'ledger' && <Badge tone="warn">ledger</Badge>}
            </span>
          </li>
        ))}
        {product.environments.length === 0 && (
          <li className="border-t border-line px-4 py-4 text-muted">No environment yet: add one to send events.</li>
        )}
      </ul>
    </Card>
  );
}

function AddDialog({ adding, onClose }: { adding: Adding; onClose: () => void }) {
  const { workspace, summary } = usePlace();
  const queryClient = useQueryClient();
  const isProduct = adding.kind === 'product';
  const addition = useMutation<unknown, Error, string>({
    mutationFn: (name) =>
      isProduct ? createProduct(workspace.id, name) : createEnvironment(workspace.id, adding.product.id, name),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: workspaceQuery(summary).queryKey });
      onClose();
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget).get('name') ?? '').trim();
    if (name !== '') addition.mutate(name);
  };
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={isProduct ? 'Add a product' : `Add an environment to ${adding.product.name}`}
      description={
        isProduct
          ? 'For instance your web application, or its mobile sister.'
          : 'For instance staging, beside production.'
      }
    >
      <form onSubmit={submit} className="space-y-4">
        <TextField
          label="Name"
          name="name"
          required
          maxLength={100}
          autoComplete="off"
          placeholder={isProduct ? 'Web app' : 'Staging'}
        />
        {addition.isError && <ProblemNotice error={addition.error} />}
        <div className="flex justify-end gap-2">
          <Button weight="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" weight="primary" isPending={addition.isPending}>
            Add
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
