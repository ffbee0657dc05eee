/** Credentials of a source: entered, never shown; left empty they stay as they are kept. */
import { TextField } from '../../ui/field.tsx';
import { credentialFields, makesOwnSecret } from '../source-starters.ts';
import type { Json, SourceKind } from '../types.ts';
import { Part } from './config-fields.tsx';

type CredentialsProps = {
  kind: SourceKind;
  config: Json;
  hasCredentials: boolean;
  errorOf: (place: string) => string | undefined;
};

export function Credentials({ kind, config, hasCredentials, errorOf }: CredentialsProps) {
  const fields = credentialFields(kind, config);
  if (fields.length === 0) return null;
  return (
    <Part title="Credentials">
      <div className="grid gap-3 sm:grid-cols-2">
        {fields.map(({ name, label }) => (
          <TextField
            key={name}
            label={label}
            name={`credential.${name}`}
            data-place={`credentials/${name}`}
            error={errorOf(`credentials/${name}`) ?? errorOf('credentials')}
            type="password"
            autoComplete="new-password"
          />
        ))}
      </div>
      <p className="text-xs text-muted">{noteOn(kind, config, hasCredentials)}</p>
    </Part>
  );
}

function noteOn(kind: SourceKind, config: Json, hasCredentials: boolean): string {
  if (hasCredentials) return 'Some are kept; leave these empty to go on with them.';
  if (kind === 'WEBHOOK' && !makesOwnSecret(config))
    return 'Leave it empty, and Uptake makes one and shows it once. Enter it where the sender makes it.';
  return 'They are kept encrypted and never shown again.';
}
