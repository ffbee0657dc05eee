/** What an environment does for persons beyond what always holds. */
import { queryOptions } from '@tanstack/react-query';
import { request } from '../api/client.ts';
import type { Scope } from '../api/queries.ts';

export type Privacy = {
  respects_opt_out_signals: boolean;
  location_by_default: boolean;
  scrub_names: string[];
  scrub_forms: string[];
  /** Null where pseudonyms are not linked over rotations. */
  bridge: { days: number; since: string } | null;
  /** What tells the country of a request, first asked first. */
  country_sources: ('header' | 'table')[];
  rotation: { days: number; started_at: string; next_at: string };
};

export type PrivacyChange = Partial<
  Pick<Privacy, 'respects_opt_out_signals' | 'location_by_default' | 'scrub_names' | 'scrub_forms'> & {
    bridge: { days: number } | null;
  }
>;

const pathOf = ({ environmentId }: Scope) => `/api/v1/environments/${environmentId}/privacy`;

export const privacyQuery = (scope: Scope) =>
  queryOptions({
    queryKey: ['privacy', scope],
    queryFn: ({ signal }) => request<Privacy>(pathOf(scope), { workspaceId: scope.workspaceId, signal }),
  });

export const changePrivacy = (scope: Scope, change: PrivacyChange) =>
  request<Privacy>(pathOf(scope), { method: 'PATCH', body: change, workspaceId: scope.workspaceId });
