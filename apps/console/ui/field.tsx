/** Form fields: a label, the control, a hint, and an error that assistive technology reads with the control. */
import { type InputHTMLAttributes, type ReactNode, type Ref, type SelectHTMLAttributes, useId } from 'react';
import { classNames } from './class-names.ts';

export const CONTROL_CLASSES = classNames(
  'h-9 w-full rounded-lg bg-surface px-3 text-sm text-ink ring-1 ring-inset ring-line-field placeholder:text-faint',
  'hover:ring-line-field focus-visible:outline-2 focus-visible:outline-offset-0 focus-visible:outline-accent',
  'disabled:opacity-60 aria-invalid:ring-bad',
);

type FieldProps = { label: string; hint?: ReactNode; error?: string | undefined; className?: string };
type Described = { id: string; 'aria-describedby': string | undefined; 'aria-invalid': true | undefined };

function Field({ label, hint, error, className, control }: FieldProps & { control: (props: Described) => ReactNode }) {
  const id = useId();
  const noteId = `${id}-note`;
  const hasNote = Boolean(error ?? hint);
  return (
    <div className={className}>
      <label htmlFor={id} className="mb-1.5 block text-sm font-medium text-ink">
        {label}
      </label>
      {control({ id, 'aria-describedby': hasNote ? noteId : undefined, 'aria-invalid': error ? true : undefined })}
      {hasNote && (
        <p id={noteId} className={classNames('mt-1.5 text-xs', error ? 'text-bad' : 'text-muted')}>
          {error ?? hint}
        </p>
      )}
    </div>
  );
}

type TextFieldProps = FieldProps & InputHTMLAttributes<HTMLInputElement> & { ref?: Ref<HTMLInputElement> };

export function TextField({ label, hint, error, className, ...input }: TextFieldProps) {
  return (
    <Field
      {...{ label, hint, className }}
      {...(error === undefined ? {} : { error })}
      control={(described) => <input type="text" className={CONTROL_CLASSES} {...described} {...input} />}
    />
  );
}

type SelectFieldProps = FieldProps & SelectHTMLAttributes<HTMLSelectElement>;

export function SelectField({ label, hint, error, className, children, ...select }: SelectFieldProps) {
  return (
    <Field
      {...{ label, hint, className }}
      {...(error === undefined ? {} : { error })}
      control={(described) => (
        <select className={classNames(CONTROL_CLASSES, 'pr-8')} {...described} {...select}>
          {children}
        </select>
      )}
    />
  );
}
