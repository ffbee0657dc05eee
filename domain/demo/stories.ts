/** What happened to the demo's company in its ninety days, in words, each with the question whose chart shows it. */
import { APPROVAL_WORKFLOW } from './documents.ts';
import type { DemoProductSlug } from './tenants.ts';
import { STORY_TENANTS } from './timeline.ts';

type Filter = {
  readonly operator: 'equals' | 'in' | 'contains';
  readonly value: string | readonly string[];
} & ({ readonly field: string } | { readonly property: string });

/** A trend definition as `POST /api/v1/insights/query` reads it, without the environment, which only the loader knows. */
export type StoryDefinition = {
  readonly kind: 'trend';
  readonly series: readonly {
    readonly event: string | null;
    readonly label?: string;
    readonly measure:
      | { readonly kind: 'total' | 'per_user_average' }
      | { readonly kind: 'unique'; readonly of: 'user' | 'session' | 'tenant' }
      | {
          readonly kind: 'property';
          readonly property: string;
          readonly aggregate: 'sum' | 'average' | 'min' | 'max' | 'p50' | 'p90' | 'p95' | 'p99';
        };
    readonly filters?: readonly Filter[];
  }[];
  readonly period: { readonly last: number; readonly unit: 'hour' | 'day' | 'week' | 'month' };
  readonly interval: 'hour' | 'day' | 'week' | 'month';
  readonly time_zone: string;
  readonly breakdown?: { readonly field: string } | { readonly property: string };
  readonly breakdown_limit?: number;
  readonly filters?: readonly Filter[];
};

export type DemoStory = {
  readonly id: string;
  readonly title: string;
  /** What to look for in the chart. */
  readonly description: string;
  readonly productSlug: DemoProductSlug;
  readonly definition: StoryDefinition;
};

const NINETY_DAYS = { period: { last: 90, unit: 'day' }, interval: 'day', time_zone: 'UTC' } as const;
const THIRTEEN_WEEKS = { period: { last: 13, unit: 'week' }, interval: 'week', time_zone: 'UTC' } as const;
const ACTIVE_USERS = { event: null, label: 'Active users', measure: { kind: 'unique', of: 'user' } } as const;

export const DEMO_STORIES: readonly DemoStory[] = [
  {
    id: 'stalled-tenant',
    title: 'Moravia Castings stops using Projects',
    description:
      'Their champion, the administrator who opened Projects several times a day, left in the middle of the period. Use halved every five days or so, and for the last weeks nobody has come back.',
    productSlug: 'projects',
    definition: {
      kind: 'trend',
      series: [ACTIVE_USERS],
      filters: [{ field: 'tenant_id', operator: 'equals', value: STORY_TENANTS.stalling }],
      ...NINETY_DAYS,
    },
  },
  {
    id: 'faulty-release',
    title: 'Version 4.8.0 of Projects fails to save',
    description:
      'On the Tuesday of its release errors jump to many times their usual number, all of them from 4.8.0. Three days later 4.8.1 is out and they are gone.',
    productSlug: 'projects',
    definition: {
      kind: 'trend',
      series: [
        {
          event: null,
          label: 'Errors',
          measure: { kind: 'total' },
          filters: [{ field: 'event_type', operator: 'equals', value: 'error' }],
        },
      ],
      breakdown: { field: 'app_version' },
      breakdown_limit: 5,
      ...NINETY_DAYS,
    },
  },
  {
    id: 'spreading-feature',
    title: 'The timeline view spreads from two tenants to most',
    description:
      'Brightwell Logistics and Tamarind Health have the timeline view first. Tenants per week follow an S: slow, then fast in the middle of the period, then nearly everybody has it.',
    productSlug: 'projects',
    definition: {
      kind: 'trend',
      series: [
        {
          event: 'timeline_opened',
          label: 'Tenants that open the timeline',
          measure: { kind: 'unique', of: 'tenant' },
        },
      ],
      ...THIRTEEN_WEEKS,
    },
  },
  {
    id: 'weekly-rhythm',
    title: 'A working week, hour by hour',
    description:
      'Users in Germany work from eight to five, go to lunch at twelve and stay away at weekends: their two weeks in Berlin time.',
    productSlug: 'projects',
    definition: {
      kind: 'trend',
      series: [{ event: null, label: 'Events', measure: { kind: 'total' } }],
      filters: [{ field: 'country', operator: 'equals', value: 'DE' }],
      period: { last: 14, unit: 'day' },
      interval: 'hour',
      time_zone: 'Europe/Berlin',
    },
  },
  {
    id: 'public-holidays',
    title: 'Each country has its own days off',
    description:
      'On a public holiday a country drops to the level of a Sunday while the others work on: look for the days on which one line alone is down.',
    productSlug: 'projects',
    definition: {
      kind: 'trend',
      series: [ACTIVE_USERS],
      filters: [{ field: 'country', operator: 'in', value: ['US', 'DE', 'GB', 'IN', 'JP'] }],
      breakdown: { field: 'country' },
      breakdown_limit: 5,
      ...NINETY_DAYS,
    },
  },
  {
    id: 'workflow-bottleneck',
    title: 'Contracts get stuck at the legal check',
    description:
      'The third of four phases takes five times as long as those around it, and two contracts in five are given up there.',
    productSlug: 'documents',
    definition: {
      kind: 'trend',
      series: [
        {
          event: 'workflow_phase_completed',
          label: 'Median time in the phase (ms)',
          measure: { kind: 'property', property: 'phase_duration_ms', aggregate: 'p50' },
        },
        { event: 'workflow_phase_abandoned', label: 'Given up', measure: { kind: 'total' } },
      ],
      filters: [{ field: 'workflow_name', operator: 'equals', value: APPROVAL_WORKFLOW }],
      breakdown: { property: 'workflow_phase' },
      breakdown_limit: 4,
      ...THIRTEEN_WEEKS,
    },
  },
  {
    id: 'leaner-agents',
    title: 'Version 1.6.0 of Agents needs fewer tokens',
    description:
      'With the release of 1.6.0, which caches prompts, an agent run takes three fifths of the tokens it took before, and answers come a fifth sooner.',
    productSlug: 'agents',
    definition: {
      kind: 'trend',
      series: [
        {
          event: 'agent_run_completed',
          label: 'Tokens per run',
          measure: { kind: 'property', property: 'token_consumption', aggregate: 'average' },
        },
      ],
      ...NINETY_DAYS,
    },
  },
  {
    id: 'growing-tenant',
    title: 'Pelican Robotics rolls out to the whole company',
    description:
      'A team of seven at first; by the end of the period a hundred people have a seat, and most use it weekly.',
    productSlug: 'agents',
    definition: {
      kind: 'trend',
      series: [ACTIVE_USERS],
      filters: [{ field: 'tenant_id', operator: 'equals', value: STORY_TENANTS.growing }],
      ...THIRTEEN_WEEKS,
    },
  },
];
