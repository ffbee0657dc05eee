/** `uptake schema types`. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { typesOf } from '@uptake/domain/tracking-plan';
import { CommandFailed, EXIT } from '../exit.ts';
import { faultlessSchemas } from './remote.ts';

export type TypesOptions = { readonly dir: string; readonly out?: string; readonly check?: true };

/** Whether the file is, or now is, what the schemas say. */
export function writeTypes({ dir, out, check }: TypesOptions): boolean {
  if (check === true && out === undefined) throw new CommandFailed('--check needs --out.', EXIT.misused);
  const types = typesOf(faultlessSchemas(dir));
  if (out === undefined) {
    process.stdout.write(types);
    return true;
  }
  const present = existsSync(out) ? readFileSync(out, 'utf8') : undefined;
  if (present === types) return true;
  if (check === true) {
    process.stdout.write(`${out} is not what the schemas say; write it with "uptake schema types --out ${out}".\n`);
    return false;
  }
  mkdirSync(dirname(out), { recursive: true });
  writeFileSync(out, types);
  return true;
}
