/** Who is signed in, the colour theme, and the way out. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { KeyRound, LogOut, Monitor, Moon, Sun } from 'lucide-react';
import { useState } from 'react';
import { signOut } from '../api/queries.ts';
import { classNames } from '../ui/class-names.ts';
import { Menu, MenuChoice, MenuItem, MenuLabel, MenuSeparator } from '../ui/menu.tsx';
import { PasswordDialog } from './password-dialog.tsx';
import { usePlace } from './place.ts';
import { type Theme, useTheme } from './theme.ts';

export const THEME_CHOICES = [
  { value: 'system', name: 'As the system', icon: Monitor },
  { value: 'light', name: 'Light', icon: Sun },
  { value: 'dark', name: 'Dark', icon: Moon },
] as const satisfies readonly { value: Theme; name: string; icon: typeof Sun }[];

export function PersonMenu({ isCompact = false }: { isCompact?: boolean }) {
  const { me, summary } = usePlace();
  const { theme, setTheme } = useTheme();
  const leave = useSignOut();
  const [isChangingPassword, setChangingPassword] = useState(false);
  const name = me.user.name || me.user.email;
  return (
    <>
      {isChangingPassword && <PasswordDialog onClose={() => setChangingPassword(false)} />}
      <Menu
        align={isCompact ? 'end' : 'start'}
        side={isCompact ? 'bottom' : 'top'}
        trigger={
          <button
            type="button"
            className={classNames(
              'flex items-center gap-2.5 rounded-lg p-1.5 text-left hover:bg-hover',
              !isCompact && 'w-full',
            )}
          >
            <span
              aria-hidden={!isCompact}
              className="grid size-7 shrink-0 place-items-center rounded-full bg-accent-soft text-xs font-semibold text-accent"
            >
              {initialsOf(name)}
            </span>
            <span className="sr-only">Account and theme, {isCompact && name}</span>
            {!isCompact && (
              <span className="min-w-0 flex-1">
                <span className="block truncate leading-4 font-medium text-ink">{name}</span>
                <span className="block truncate text-xs leading-4 text-muted">{summary.role}</span>
              </span>
            )}
          </button>
        }
      >
        <MenuLabel>{me.user.email}</MenuLabel>
        <MenuSeparator />
        <MenuLabel>Theme</MenuLabel>
        <MenuChoice
          value={theme}
          onChange={setTheme}
          choices={THEME_CHOICES.map(({ value, name: label, icon: Icon }) => ({
            value,
            label: (
              <>
                <Icon aria-hidden="true" /> {label}
              </>
            ),
          }))}
        />
        <MenuSeparator />
        <MenuItem onSelect={() => setChangingPassword(true)}>
          <KeyRound aria-hidden="true" /> Change password
        </MenuItem>
        <MenuItem onSelect={leave}>
          <LogOut aria-hidden="true" /> Sign out
        </MenuItem>
      </Menu>
    </>
  );
}

export function useSignOut(): () => void {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const leaving = useMutation({
    mutationFn: signOut,
    // Also after a failure: what was loaded must not stay on the screen of someone who wanted to leave.
    onSettled: async () => {
      await navigate({ to: '/sign-in', replace: true });
      queryClient.clear();
    },
  });
  return () => leaving.mutate();
}

function initialsOf(name: string): string {
  const words = name.split(/[\s@._-]+/u).filter(Boolean);
  return words
    .slice(0, 2)
    .map((word) => Array.from(word)[0]?.toUpperCase() ?? '')
    .join('');
}
