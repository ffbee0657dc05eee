/** What the console asks about members. */
import { queryOptions } from '@tanstack/react-query';
import type { MemberRole } from '@uptake/domain/contract';
import { request } from '../api/client.ts';

export type Member = { id: string; email: string; name: string; role: MemberRole; joined_at: string };
/** `password` where the person is new here: in this answer and nowhere else. */
export type AddedMember = Member & { password: string | null };

export const ROLES: readonly { role: MemberRole; note: string }[] = [
  { role: 'customer_admin', note: 'sees and updates the adoption plans of their customers, nothing else' },
  { role: 'viewer', note: 'looks at answers' },
  { role: 'analyst', note: 'drafts schemas, makes reports' },
  { role: 'admin', note: 'manages keys, members, what is collected' },
  { role: 'owner', note: 'everything, owners included' },
];

export const membersQuery = (workspaceId: string) =>
  queryOptions({
    queryKey: ['members', workspaceId],
    queryFn: ({ signal }) => request<{ members: Member[] }>('/api/v1/members', { workspaceId, signal }),
    staleTime: 60_000,
  });

export const addMember = (workspaceId: string, member: { email: string; name: string; role: MemberRole }) =>
  request<AddedMember>('/api/v1/members', { method: 'POST', body: member, workspaceId });

export const changeRole = (workspaceId: string, memberId: string, role: MemberRole) =>
  request<Member>(`/api/v1/members/${memberId}`, { method: 'PATCH', body: { role }, workspaceId });

export const removeMember = (workspaceId: string, memberId: string) =>
  request<unknown>(`/api/v1/members/${memberId}`, { method: 'DELETE', workspaceId });
