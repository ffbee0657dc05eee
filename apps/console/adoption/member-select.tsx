/** Picks a member of the workspace, or nobody. */
import { useQuery } from '@tanstack/react-query';
import { membersQuery } from '../settings/members.ts';
import { SelectField } from '../ui/field.tsx';
import { useAdoption } from './use-adoption.ts';

type MemberSelectProps = {
  label: string;
  name: string;
  chosen?: string | undefined;
  nobody: string;
  isRequired?: boolean;
};

export function MemberSelect({ label, name, chosen = '', nobody, isRequired = false }: MemberSelectProps) {
  const { workspaceId } = useAdoption();
  const members = useQuery(membersQuery(workspaceId));
  const able = members.data?.members.filter(({ role }) => role !== 'customer_admin') ?? [];
  return (
    // The choice can only be shown once the options are there, so the field starts anew with them.
    <SelectField key={able.length} label={label} name={name} defaultValue={chosen} required={isRequired}>
      <option value="">{members.isError ? 'The members could not be loaded' : nobody}</option>
      {able.map(({ id, name: called, email }) => (
        <option key={id} value={id}>
          {called || email}
        </option>
      ))}
    </SelectField>
  );
}
