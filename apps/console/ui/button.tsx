/** Buttons in their four weights. A pending button keeps its width and says that it is busy. */
import { LoaderCircle } from 'lucide-react';
import type { ButtonHTMLAttributes, Ref } from 'react';
import { classNames } from './class-names.ts';

export type ButtonProps = ButtonHTMLAttributes<HTMLButtonElement> & {
  weight?: 'primary' | 'plain' | 'quiet' | 'danger';
  size?: 'small' | 'medium' | 'icon';
  isPending?: boolean;
  ref?: Ref<HTMLButtonElement>;
};

const WEIGHTS = {
  primary: 'bg-accent text-accent-ink hover:bg-accent-hover shadow-card',
  plain: 'bg-surface text-ink ring-1 ring-inset ring-line hover:bg-hover shadow-card',
  quiet: 'text-muted hover:bg-hover hover:text-ink',
  danger: 'bg-bad text-white hover:brightness-110 dark:text-[#2a0906]',
};
const SIZES = {
  small: 'h-7 px-2 text-xs gap-1.5 rounded-md',
  medium: 'h-9 px-3 text-sm gap-2 rounded-lg',
  icon: 'size-8 rounded-lg',
};

export function buttonClasses(weight: keyof typeof WEIGHTS = 'plain', size: keyof typeof SIZES = 'medium'): string {
  return classNames(
    'inline-flex shrink-0 items-center justify-center font-medium whitespace-nowrap select-none transition-colors',
    'disabled:cursor-not-allowed disabled:opacity-55',
    WEIGHTS[weight],
    SIZES[size],
  );
}

export function Button({ weight, size, isPending, className, children, disabled, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      className={classNames(buttonClasses(weight, size), 'relative', className)}
      disabled={disabled || isPending}
      aria-busy={isPending || undefined}
      {...rest}
    >
      {isPending ? (
        <>
          <span className="invisible inline-flex items-center gap-2">{children}</span>
          <LoaderCircle className="absolute size-4 animate-spin" aria-hidden="true" />
        </>
      ) : (
        children
      )}
    </button>
  );
}
