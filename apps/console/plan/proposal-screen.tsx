/** The draft of an unplanned event from what came: which properties, how often, with which values; taken with one click. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { formatCompact, formatNumber, formatShare } from '../format/numbers.ts';
import { useEnvironment, usePlace } from '../shell/place.ts';
import { Button } from '../ui/button.tsx';
import { Card, ScreenHeader } from '../ui/card.tsx';
import { TextField } from '../ui/field.tsx';
import { Badge } from '../ui/figures.tsx';
import { ProblemNotice } from '../ui/notice.tsx';
import { acceptProposal, type Proposal, proposalQuery } from './api.ts';
import { BackToPlan } from './event-screen.tsx';
import { PiiBadge } from './property-table.tsx';
import { shapeInWords } from './shape.ts';

export function ProposalScreen() {
  const { event } = useParams({ strict: false }) as { event: string };
  const { scope, environment } = useEnvironment();
  const proposal = useQuery(proposalQuery(scope, event));
  return (
    <>
      <BackToPlan />
      <ScreenHeader title={`Draft ${event}`}>
        {proposal.data
          ? `From ${formatNumber(proposal.data.sampled_events)} of ${formatCompact(proposal.data.events_30d)} events in 30 days of ${environment.name}`
          : `From what came to ${environment.name}`}
      </ScreenHeader>
      {proposal.isError && <ProblemNotice error={proposal.error} onRetry={() => void proposal.refetch()} />}
      {proposal.data === undefined && !proposal.isError && (
        <div role="status" aria-label="Drafting" className="skeleton h-64 rounded-xl" />
      )}
      {proposal.data && <Draft proposal={proposal.data} />}
    </>
  );
}

function Draft({ proposal }: { proposal: Proposal }) {
  const { workspace, summary } = usePlace();
  const { scope, product, environment } = useEnvironment();
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const [schema, setSchema] = useState(proposal.schema);
  const acceptance = useMutation({
    mutationFn: () => acceptProposal(scope, schema.event_name, schema),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ['plan'] });
      await queryClient.invalidateQueries({ queryKey: ['unplanned'] });
      await navigate({
        to: '/w/$workspace/p/$product/$environment/plan/$event',
        params: {
          workspace: workspace.slug,
          product: product.slug,
          environment: environment.slug,
          event: schema.event_name,
        },
      });
    },
  });
  return (
    <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,1fr)_22rem]">
      <Card title="Properties seen" bodyClassName="px-0 pb-1">
        <Presence proposal={proposal} />
      </Card>
      <Card title="Make it a draft">
        <form
          className="space-y-4"
          onSubmit={(event) => {
            event.preventDefault();
            acceptance.mutate();
          }}
        >
          <p className="text-muted">
            A draft changes nothing for those who send. What is left empty here can be said before it is put into force.
          </p>
          <TextField
            label="What it means"
            maxLength={2_000}
            value={schema.description}
            onChange={(event) => setSchema({ ...schema, description: event.target.value })}
            placeholder="A project was created and can be opened."
          />
          <TextField
            label="Owner"
            maxLength={200}
            value={schema.owner}
            onChange={(event) => setSchema({ ...schema, owner: event.target.value })}
            hint="The team or person who answers for it."
          />
          <TextField
            label="Feature area"
            maxLength={64}
            value={schema.feature_area}
            onChange={(event) => setSchema({ ...schema, feature_area: event.target.value })}
          />
          {acceptance.isError && <ProblemNotice error={acceptance.error} />}
          {summary.role === 'viewer' ? (
            <p className="text-muted">Your role can look. Analysts, admins and owners take drafts.</p>
          ) : (
            <Button type="submit" weight="primary" className="w-full" isPending={acceptance.isPending}>
              Take this draft
            </Button>
          )}
        </form>
      </Card>
    </div>
  );
}

function Presence({ proposal }: { proposal: Proposal }) {
  const properties = proposal.schema.properties.properties ?? {};
  const required = new Set(proposal.schema.properties.required ?? []);
  if (proposal.presence.length === 0) {
    return <p className="border-t border-line px-4 py-4 text-muted">No event of it had a property.</p>;
  }
  return (
    <ul aria-label="Properties seen" className="divide-y divide-line border-t border-line">
      {proposal.presence.map(({ name, share, types, examples, is_proposed }) => (
        <li key={name} className="grid gap-x-4 gap-y-1 px-4 py-2.5 sm:grid-cols-[minmax(0,1fr)_8rem]">
          <div className="min-w-0">
            <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
              <code className="font-mono text-sm font-medium break-all text-ink">{name}</code>
              {required.has(name) && <Badge tone="accent">required</Badge>}
              {properties[name] && <PiiBadge property={properties[name]} />}
              {!is_proposed && <Badge tone="warn">left out</Badge>}
            </p>
            <p className="mt-0.5 text-xs break-words text-muted">
              {properties[name] === undefined ? types.join(' or ') : shapeInWords(properties[name])}
            </p>
            {examples.length > 0 && (
              <p className="mt-1 flex flex-wrap gap-1">
                <span className="sr-only">Examples: </span>
                {examples.map((example) => (
                  <code
                    key={String(example)}
                    className="max-w-60 truncate rounded bg-sunken px-1.5 py-px font-mono text-2xs text-muted"
                  >
                    {String(example)}
                  </code>
                ))}
              </p>
            )}
          </div>
          <div className="flex items-center gap-2 sm:justify-end" title={`In ${formatShare(share)} of the events`}>
            <span className="h-1.5 w-16 overflow-hidden rounded-full bg-sunken ring-1 ring-line" aria-hidden="true">
              <span className="block h-full bg-accent" style={{ width: `${share * 100}%` }} />
            </span>
            <span className="w-12 text-right text-xs text-muted">{formatShare(share)}</span>
          </div>
        </li>
      ))}
    </ul>
  );
}
