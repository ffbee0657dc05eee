/** A secret that is shown this once, with a button that copies it. */
import { type ReactNode, useId } from 'react';
import { CopyButton } from './copy-button.tsx';

type SecretTextProps = { secret: string; label: string; copyLabel?: string; children: ReactNode };

export function SecretText({ secret, label, copyLabel = 'Copy key', children }: SecretTextProps) {
  const noteId = useId();
  return (
    <div className="rounded-lg bg-good-soft p-3">
      <div className="flex items-center gap-2">
        <input
          type="text"
          readOnly
          value={secret}
          aria-label={label}
          aria-describedby={noteId}
          onFocus={(event) => event.target.select()}
          className="h-7 min-w-0 flex-1 rounded bg-transparent px-1 font-mono text-xs text-ink"
        />
        <CopyButton text={secret} label={copyLabel} />
      </div>
      <p id={noteId} className="mt-2 px-1 text-xs text-muted">
        {children}
      </p>
    </div>
  );
}
