/** Chooses workspace, product and environment; the choice is in the address and the screen stays the same. */
import { useNavigate, useRouterState } from '@tanstack/react-router';
import { ChevronsUpDown, Plus } from 'lucide-react';
import { Badge } from '../ui/figures.tsx';
import { Mark } from '../ui/mark.tsx';
import { Menu, MenuChoice, MenuItem, MenuLabel, MenuSeparator } from '../ui/menu.tsx';
import { canManage, usePlace } from './place.ts';

export function Switcher() {
  const { me, summary, workspace, product, environment } = usePlace();
  const navigate = useNavigate();
  const switchTo = useSwitchEnvironment();
  const environments = workspace.products.flatMap((one) =>
    one.environments.map((env) => ({ value: `${one.slug}/${env.slug}`, product: one, environment: env })),
  );
  return (
    <Menu
      trigger={
        <button
          type="button"
          className="flex w-full min-w-0 items-center gap-2.5 rounded-lg p-1.5 text-left hover:bg-hover"
        >
          <Mark size={30} />
          <span className="sr-only">Switch workspace, product or environment, now </span>
          <span className="min-w-0 flex-1">
            <span className="block truncate leading-4 font-semibold text-ink">{product?.name ?? workspace.name}</span>
            <span className="block truncate text-xs leading-4 text-muted">
              {environment ? `${environment.name} · ${workspace.name}` : 'No product yet'}
            </span>
          </span>
          <ChevronsUpDown className="size-4 shrink-0 text-faint" aria-hidden="true" />
        </button>
      }
    >
      {environments.length > 0 && (
        <>
          <MenuLabel>Product and environment</MenuLabel>
          <MenuChoice
            value={`${product?.slug}/${environment?.slug}`}
            onChange={(value) => {
              const chosen = environments.find((one) => one.value === value);
              if (chosen) switchTo(chosen.product.slug, chosen.environment.slug);
            }}
            choices={environments.map(({ value, product: one, environment: env }) => ({
              value,
              label: (
                <>
                  <span className="truncate">{one.name}</span>
                  <Badge>{env.name}</Badge>
                </>
              ),
            }))}
          />
        </>
      )}
      {me.workspaces.length > 1 && (
        <>
          <MenuSeparator />
          <MenuLabel>Workspace</MenuLabel>
          <MenuChoice
            value={workspace.slug}
            onChange={(slug) => void navigate({ to: '/w/$workspace', params: { workspace: slug } })}
            choices={me.workspaces.map(({ slug, name }) => ({ value: slug, label: name }))}
          />
        </>
      )}
      {canManage(summary) && (
        <>
          <MenuSeparator />
          <MenuItem
            onSelect={() =>
              void navigate({ to: '/w/$workspace/settings/products', params: { workspace: workspace.slug } })
            }
          >
            <Plus aria-hidden="true" /> Add product or environment
          </MenuItem>
        </>
      )}
    </Menu>
  );
}

/** Goes to another environment and keeps the screen, with its search: the same question asked elsewhere. */
export function useSwitchEnvironment(): (productSlug: string, environmentSlug: string) => void {
  const { workspace } = usePlace();
  const navigate = useNavigate();
  const location = useRouterState({ select: (state) => state.location });
  return (productSlug, environmentSlug) => {
    const screen = /^\/w\/[^/]+\/p\/[^/]+\/[^/]+(\/.*)?$/.exec(location.pathname)?.[1] ?? '';
    const path = `/w/${workspace.slug}/p/${productSlug}/${environmentSlug}${screen}`;
    void navigate({ href: screen === '' ? path : `${path}${location.searchStr}` });
  };
}
