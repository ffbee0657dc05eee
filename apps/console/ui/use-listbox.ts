/** The keyboard of a combobox: arrows move through the options of a listbox while the input keeps the focus. */
import { type KeyboardEvent, useId, useRef, useState } from 'react';

type Listbox = {
  active: number;
  setActive: (index: number) => void;
  onKeyDown: (event: KeyboardEvent) => void;
  listProps: { id: string; ref: React.RefObject<HTMLDivElement | null> };
  inputProps: {
    role: 'combobox';
    'aria-expanded': true;
    'aria-controls': string;
    'aria-activedescendant': string | undefined;
    'aria-autocomplete': 'list';
    autoComplete: 'off';
    spellCheck: false;
  };
  optionProps: (index: number) => {
    id: string;
    'aria-selected': boolean;
    onMouseMove: () => void;
  };
};

/** `onChoose` is called with the index of the active option on Enter. */
export function useListbox(count: number, onChoose: (index: number) => void): Listbox {
  const id = useId();
  const ref = useRef<HTMLDivElement>(null);
  const [wanted, setActive] = useState(0);
  const active = Math.min(wanted, Math.max(count - 1, 0));
  const optionId = (index: number) => `${id}-${index}`;
  const move = (to: number) => {
    if (count === 0) return;
    const next = (to + count) % count;
    setActive(next);
    document.getElementById(optionId(next))?.scrollIntoView({ block: 'nearest' });
  };
  return {
    active,
    setActive,
    onKeyDown: (event) => {
      if (event.key === 'ArrowDown') move(active + 1);
      else if (event.key === 'ArrowUp') move(active - 1);
      else if (event.key === 'Enter' && count > 0) onChoose(active);
      else return;
      event.preventDefault();
    },
    listProps: { id, ref },
    inputProps: {
      role: 'combobox',
      'aria-expanded': true,
      'aria-controls': id,
      'aria-activedescendant': count > 0 ? optionId(active) : undefined,
      'aria-autocomplete': 'list',
      autoComplete: 'off',
      spellCheck: false,
    },
    optionProps: (index) => ({
      id: optionId(index),
      'aria-selected': index === active,
      onMouseMove: () => index !== active && setActive(index),
    }),
  };
}
