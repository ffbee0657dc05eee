/** The command palette: type to go to a screen, an environment or an event. A combobox with a list, as ARIA has it. */
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Activity, ArrowLeftRight, LogOut, type LucideIcon, Search } from 'lucide-react';
import { Dialog as Radix } from 'radix-ui';
import { useMemo, useState } from 'react';
import { catalogueQuery } from '../api/queries.ts';
import { classNames } from '../ui/class-names.ts';
import { useListbox } from '../ui/use-listbox.ts';
import { searchCommands } from './command-search.ts';
import { destinationsFrom } from './navigation.tsx';
import { THEME_CHOICES, useSignOut } from './person-menu.tsx';
import { usePlace } from './place.ts';
import { useSwitchEnvironment } from './switcher.tsx';
import { useTheme } from './theme.ts';

type Command = { label: string; note: string; keywords: string; icon: LucideIcon; run: () => void };

const SHOWN_COMMANDS = 30;

export function CommandPalette({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  return (
    <Radix.Root open={isOpen} onOpenChange={(open) => !open && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-black/40" />
        <Radix.Content
          aria-describedby={undefined}
          className="appear fixed inset-x-3 top-[10vh] z-50 mx-auto max-w-xl overflow-hidden rounded-2xl bg-surface shadow-float ring-1 ring-line"
        >
          <Radix.Title className="sr-only">Find or go to</Radix.Title>
          <Palette onClose={onClose} />
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

function Palette({ onClose }: { onClose: () => void }) {
  const [query, setQuery] = useState('');
  const commands = useCommands();
  const found = useMemo(() => searchCommands(commands, query, SHOWN_COMMANDS), [commands, query]);
  const run = (command: Command | undefined) => {
    if (command === undefined) return;
    onClose();
    command.run();
  };
  const listbox = useListbox(found.length, (index) => run(found[index]));
  return (
    <>
      <div className="flex items-center gap-2.5 border-b border-line px-4">
        <Search className="size-4 shrink-0 text-faint" aria-hidden="true" />
        <input
          type="text"
          aria-label="Find or go to"
          placeholder="Screen, environment or event…"
          className="h-12 w-full bg-transparent text-base outline-none placeholder:text-faint md:text-sm"
          value={query}
          onChange={(event) => {
            setQuery(event.target.value);
            listbox.setActive(0);
          }}
          onKeyDown={listbox.onKeyDown}
          {...listbox.inputProps}
        />
      </div>
      <div {...listbox.listProps} role="listbox" aria-label="Results" className="max-h-[56vh] overflow-y-auto p-1.5">
        {found.map((command, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the combobox holds the focus and takes Enter for its active option
          <div
            key={`${command.note} ${command.label}`}
            {...listbox.optionProps(index)}
            role="option"
            tabIndex={-1}
            className={classNames(
              'flex h-9 items-center gap-2.5 rounded-lg px-2.5',
              index === listbox.active && 'bg-accent-soft',
            )}
            onClick={() => run(command)}
          >
            <command.icon className="size-4 shrink-0 text-muted" aria-hidden="true" />
            <span className="min-w-0 flex-1 truncate text-ink">{command.label}</span>
            <span className="shrink-0 text-xs text-muted">{command.note}</span>
          </div>
        ))}
        {found.length === 0 && <p className="px-3 py-8 text-center text-muted">Nothing is called “{query}”.</p>}
      </div>
    </>
  );
}

function useCommands(): Command[] {
  const place = usePlace();
  const navigate = useNavigate();
  const switchTo = useSwitchEnvironment();
  const leave = useSignOut();
  const { setTheme } = useTheme();
  const { me, workspace, product, environment } = place;
  const scope = { workspaceId: workspace.id, environmentId: environment?.id ?? '' };
  const catalogue = useQuery({ ...catalogueQuery(scope), enabled: environment !== undefined });

  const screens = destinationsFrom(place).map(({ label, icon, link, group }) => ({
    label,
    icon,
    note: group === 'settings' ? 'Settings' : 'Screen',
    keywords: 'go open screen',
    run: () => void navigate(link),
  }));
  const environments = workspace.products.flatMap((one) =>
    one.environments
      .filter(({ id }) => id !== environment?.id)
      .map((env) => ({
        label: `${one.name} · ${env.name}`,
        icon: ArrowLeftRight,
        note: 'Switch to',
        keywords: 'switch environment product',
        run: () => switchTo(one.slug, env.slug),
      })),
  );
  const workspaces = me.workspaces
    .filter(({ id }) => id !== workspace.id)
    .map(({ slug, name }) => ({
      label: name,
      icon: ArrowLeftRight,
      note: 'Workspace',
      keywords: 'switch workspace demo',
      run: () => void navigate({ to: '/w/$workspace', params: { workspace: slug } }),
    }));
  const themes = THEME_CHOICES.map(({ value, name, icon }) => ({
    label: name,
    icon,
    note: 'Theme',
    keywords: 'theme colour color appearance mode',
    run: () => setTheme(value),
  }));
  const events =
    product === undefined || environment === undefined
      ? []
      : (catalogue.data?.events ?? []).map(({ name }) => ({
          label: name,
          icon: Activity,
          note: 'Explore event',
          keywords: 'event explore trend',
          run: () =>
            void navigate({
              to: '/w/$workspace/p/$product/$environment/explore',
              params: { workspace: workspace.slug, product: product.slug, environment: environment.slug },
              search: { s: `${name}:total` },
            }),
        }));
  const out = { label: 'Sign out', icon: LogOut, note: 'Account', keywords: 'leave log out', run: leave };
  return [...screens, ...environments, ...workspaces, ...events, ...themes, out];
}
