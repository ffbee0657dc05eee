/** Picks one or several of many: a button that opens a list with a search field. */
import { Check, ChevronDown } from 'lucide-react';
import { Popover } from 'radix-ui';
import { type ReactNode, useState } from 'react';
import { classNames } from './class-names.ts';
import { useListbox } from './use-listbox.ts';

export type PickerOption = { value: string; label: string; note?: string; group?: string };

type PickerProps = {
  /** What is picked, for assistive technology. */
  label: string;
  options: readonly PickerOption[];
  chosen: readonly string[];
  onChoose: (value: string) => void;
  children: ReactNode;
  /** Keeps the list open after a choice. */
  isMultiple?: boolean;
  /** Given where the options come from the server for what was typed; else they are filtered here. */
  onSearch?: (text: string) => void;
  isLoading?: boolean;
  /** What to do with a text that is no option: the words before it on the extra line, for instance “Use”. */
  freeText?: string;
  emptyText?: string;
  triggerClassName?: string;
  hasChevron?: boolean;
  /** The button shows its label itself. */
  isLabelShown?: boolean;
};

export const PICKER_TRIGGER = classNames(
  'inline-flex h-8 min-w-0 items-center gap-1.5 rounded-lg bg-surface px-2.5 text-left text-sm ring-1 ring-inset ring-line',
  'hover:bg-hover data-[state=open]:bg-hover',
);

export function Picker(props: PickerProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <Popover.Root
      open={isOpen}
      onOpenChange={(open) => {
        setOpen(open);
        if (open) props.onSearch?.('');
      }}
    >
      <Popover.Trigger className={classNames(PICKER_TRIGGER, props.triggerClassName)}>
        {props.isLabelShown !== true && <span className="sr-only">{props.label}: </span>}
        <span className="min-w-0 flex-1 truncate">{props.children}</span>
        {props.hasChevron !== false && <ChevronDown className="size-3.5 shrink-0 text-faint" aria-hidden="true" />}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="start"
          sideOffset={6}
          collisionPadding={8}
          aria-label={props.label}
          className="appear z-50 w-80 max-w-[calc(100vw-1rem)] overflow-hidden rounded-xl bg-surface shadow-float ring-1 ring-line"
        >
          <PickerList {...props} onDone={() => setOpen(false)} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

const SHOWN_OPTIONS = 200;

function PickerList(props: PickerProps & { onDone: () => void }) {
  const { label, options, chosen, onChoose, isMultiple, onSearch, isLoading, freeText, emptyText, onDone } = props;
  const [text, setText] = useState('');
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const matching = onSearch
    ? options
    : options.filter((option) => words.every((word) => option.label.toLowerCase().includes(word)));
  const shown: PickerOption[] = matching.slice(0, SHOWN_OPTIONS);
  const isFree = freeText !== undefined && text.trim() !== '' && !options.some(({ value }) => value === text.trim());
  if (isFree) shown.push({ value: text.trim(), label: `${freeText} “${text.trim()}”`, group: '' });

  const choose = (option: PickerOption | undefined) => {
    if (option === undefined) return;
    onChoose(option.value);
    if (!isMultiple) onDone();
  };
  const listbox = useListbox(shown.length, (index) => choose(shown[index]));
  return (
    <>
      <input
        type="text"
        aria-label={`Search: ${label}`}
        placeholder={freeText ? 'Search or type a value…' : 'Search…'}
        className="h-10 w-full border-b border-line bg-transparent px-3 outline-none placeholder:text-faint"
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          listbox.setActive(0);
          onSearch?.(event.target.value.trim());
        }}
        onKeyDown={listbox.onKeyDown}
        {...listbox.inputProps}
      />
      <div
        {...listbox.listProps}
        role="listbox"
        aria-label={label}
        aria-multiselectable={isMultiple}
        className="max-h-72 overflow-y-auto p-1"
      >
        {shown.map((option, index) => (
          <div key={`${option.group ?? ''} ${option.value}`}>
            {option.group && option.group !== shown[index - 1]?.group && (
              <p className="px-2 pt-2 pb-1 text-2xs font-medium text-muted" aria-hidden="true">
                {option.group}
              </p>
            )}
            {/* biome-ignore lint/a11y/useKeyWithClickEvents: the combobox holds the focus and takes Enter for its active option */}
            <div
              {...listbox.optionProps(index)}
              role="option"
              tabIndex={-1}
              aria-selected={chosen.includes(option.value)}
              onClick={() => choose(option)}
              className={classNames(
                'flex min-h-8 items-center gap-2 rounded-md px-2 py-1',
                index === listbox.active && 'bg-hover',
              )}
            >
              <span className="min-w-0 flex-1 truncate text-ink">{option.label}</span>
              {option.note && <span className="shrink-0 text-xs text-muted">{option.note}</span>}
              {chosen.includes(option.value) && <Check className="size-4 shrink-0 text-accent" aria-hidden="true" />}
            </div>
          </div>
        ))}
        {shown.length === 0 && (
          <p className="px-2 py-5 text-center text-muted">{isLoading ? 'Loading…' : (emptyText ?? 'Nothing found.')}</p>
        )}
        {matching.length > SHOWN_OPTIONS && (
          <p className="px-2 py-1.5 text-xs text-muted">{matching.length - SHOWN_OPTIONS} more: type to narrow down.</p>
        )}
      </div>
    </>
  );
}
