/** Options that name one person or one tenant. */
import { type Command, Option } from 'commander';
import { CommandFailed, EXIT } from '../exit.ts';

export type SubjectOptions = { readonly person?: string; readonly pseudonym?: string; readonly tenant?: string };

export type SubjectName =
  | { readonly kind: 'person'; readonly user_id: string }
  | { readonly kind: 'person'; readonly pseudonym: string }
  | { readonly kind: 'tenant'; readonly tenant_id: string };

export function addSubjectOptions(command: Command): Command {
  return command
    .addOption(new Option('--person <id>', 'the person with this id in your product; the id is not kept'))
    .addOption(
      new Option('--pseudonym <hex>', 'the person with this id in Uptake, 16 hexadecimal digits').conflicts('person'),
    )
    .addOption(new Option('--tenant <id>', 'the tenant with this id').conflicts(['person', 'pseudonym']));
}

export function subjectNameOf({ person, pseudonym, tenant }: SubjectOptions): SubjectName | undefined {
  if (person !== undefined) return { kind: 'person', user_id: person };
  if (pseudonym !== undefined) return { kind: 'person', pseudonym };
  return tenant === undefined ? undefined : { kind: 'tenant', tenant_id: tenant };
}

export function requiredSubject(options: SubjectOptions): SubjectName {
  const name = subjectNameOf(options);
  if (name === undefined) throw new CommandFailed('Name whom: --person, --pseudonym or --tenant.', EXIT.misused);
  return name;
}
