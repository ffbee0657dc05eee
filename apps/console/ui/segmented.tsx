/** A choice of few, all of them visible. */
import { ToggleGroup } from 'radix-ui';
import type { ReactNode } from 'react';

type SegmentedProps<T extends string> = {
  label: string;
  value: T;
  choices: readonly { value: T; label: ReactNode; name?: string }[];
  onChange: (value: T) => void;
};

export function Segmented<T extends string>({ label, value, choices, onChange }: SegmentedProps<T>) {
  return (
    <ToggleGroup.Root
      type="single"
      aria-label={label}
      value={value}
      // An empty text would mean “none”, which this choice does not have.
      onValueChange={(chosen) => chosen !== '' && onChange(chosen as T)}
      className="inline-flex h-8 shrink-0 items-stretch gap-0.5 rounded-lg bg-sunken p-0.5 ring-1 ring-inset ring-line"
    >
      {choices.map((choice) => (
        <ToggleGroup.Item
          key={choice.value}
          value={choice.value}
          aria-label={choice.name}
          title={choice.name}
          className="inline-flex items-center gap-1.5 rounded-md px-2.5 text-xs font-medium text-muted hover:text-ink data-[state=on]:bg-raised data-[state=on]:text-ink data-[state=on]:shadow-card [&_svg]:size-4"
        >
          {choice.label}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  );
}
