/** Credentials of sources: a flat object of texts, sealed where it is kept and named nowhere in what is said. */
import type { InputError } from '@uptake/domain/contract';
import { InputReader } from '@uptake/domain/insights';
import { SourceFailed } from '../source-driver.ts';

const MAX_LENGTH = 8_000;

export function wrongCredentials(given: unknown, names: readonly string[]): readonly InputError[] {
  const reader = new InputReader();
  const object = reader.object(given, '', names, []);
  for (const [name, value] of Object.entries(object ?? {})) {
    if (names.includes(name)) reader.text(value, `/${name}`, MAX_LENGTH);
  }
  return reader.errors;
}

/** The named one; a failure that says what to enter where it is missing. */
export function credential(given: unknown, name: string): string {
  const value = (given as Readonly<Record<string, unknown>> | null | undefined)?.[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new SourceFailed(`The source needs the credential "${name}"; enter it once more.`, { isRetriable: false });
}
