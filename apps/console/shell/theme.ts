/** The colour theme a person chose. `public/theme.js` applies the same choice before the first paint. */
import { useSyncExternalStore } from 'react';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];
export type Appearance = 'light' | 'dark';

const STORAGE_KEY = 'uptake.theme';
const systemIsDark = matchMedia('(prefers-color-scheme: dark)');
const listeners = new Set<() => void>();
let chosen: Theme = readChoice();

systemIsDark.addEventListener('change', apply);

export function useTheme(): { theme: Theme; appearance: Appearance; setTheme: (theme: Theme) => void } {
  const theme = useSyncExternalStore(subscribe, () => chosen);
  const current = useSyncExternalStore(subscribe, appearance);
  return { theme, appearance: current, setTheme };
}

function setTheme(theme: Theme): void {
  chosen = theme;
  try {
    localStorage.setItem(STORAGE_KEY, theme);
  } catch {
    // Storage may be forbidden; the choice then lasts until the page is left.
  }
  apply();
}

function apply(): void {
  document.documentElement.dataset.theme = appearance();
  for (const listener of listeners) listener();
}

function appearance(): Appearance {
  return chosen === 'dark' || (chosen === 'system' && systemIsDark.matches) ? 'dark' : 'light';
}

function readChoice(): Theme {
  try {
    const stored = localStorage.getItem(STORAGE_KEY);
    return THEMES.find((theme) => theme === stored) ?? 'system';
  } catch {
    return 'system';
  }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
