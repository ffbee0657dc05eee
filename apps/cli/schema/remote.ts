/** What `diff`, `push` and `pull` begin with: the files, without faults, and the plan of the server. */
import type { EventSchema } from '@uptake/domain/tracking-plan';
import { CommandFailed, EXIT } from '../exit.ts';
import { type KeyOptions, keyOf } from '../options.ts';
import { createServerClient } from '../server-client.ts';
import { reportOf } from './report.ts';
import { readSchemaFiles } from './schema-files.ts';
import { planOverHttp, type ServerPlan } from './server-plan.ts';

export type RemoteOptions = KeyOptions & { readonly dir: string; readonly url: string; readonly product?: string };

export function connect(options: RemoteOptions): Promise<ServerPlan> {
  return planOverHttp(createServerClient({ url: options.url, key: keyOf(options) }), options.product);
}

/** Throws `CommandFailed` with what lint says where a file holds an error. */
export function faultlessSchemas(directory: string): readonly EventSchema[] {
  const files = readSchemaFiles(directory);
  const errors = files.flatMap(({ findings }) => findings).filter(({ severity }) => severity === 'error');
  if (errors.length > 0) {
    throw new CommandFailed(
      `The files have errors; mend them first.\n${reportOf(errors, 'text').trimEnd()}`,
      EXIT.failed,
    );
  }
  return files.map(({ schema }) => schema).filter((schema) => schema !== undefined);
}
