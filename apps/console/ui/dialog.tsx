/** A modal dialog: focus is held inside, Escape closes, focus returns to where it was. */
import { X } from 'lucide-react';
import { Dialog as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { buttonClasses } from './button.tsx';
import { classNames } from './class-names.ts';

type DialogProps = {
  isOpen: boolean;
  onClose: () => void;
  title: string;
  description?: ReactNode;
  children: ReactNode;
  /** False keeps the dialog open on a click outside, where closing would lose something. */
  isDismissable?: boolean;
  /** For tables and forms of two columns. */
  isWide?: boolean;
};

export function Dialog({ isOpen, onClose, title, description, children, isDismissable = true, isWide }: DialogProps) {
  return (
    <Radix.Root open={isOpen} onOpenChange={(open) => !open && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-black/40" />
        <Radix.Content
          className={classNames(
            'appear fixed inset-x-3 bottom-3 z-50 max-h-[calc(100dvh-1.5rem)] overflow-y-auto rounded-2xl bg-surface p-5',
            'shadow-float ring-1 ring-line sm:inset-x-auto sm:top-[16vh] sm:bottom-auto sm:left-1/2 sm:w-[30rem] sm:-translate-x-1/2',
            isWide && 'sm:top-[6vh] sm:max-h-[88vh] sm:w-[min(52rem,calc(100vw-3rem))]',
          )}
          onInteractOutside={(event) => !isDismissable && event.preventDefault()}
          {...(description === undefined ? { 'aria-describedby': undefined } : {})}
        >
          <div className="mb-4 pr-8">
            <Radix.Title className="text-base font-semibold text-ink">{title}</Radix.Title>
            {description && <Radix.Description className="mt-1 text-muted">{description}</Radix.Description>}
          </div>
          {children}
          <Radix.Close className={classNames(buttonClasses('quiet', 'icon'), 'absolute top-3.5 right-3.5')}>
            <X className="size-4" aria-hidden="true" />
            <span className="sr-only">Close</span>
          </Radix.Close>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
