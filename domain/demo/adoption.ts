/** The demo's adoption: three products with tasks to do, twelve customers in different states, and how each came there. */
import type { DataType, Value } from '../criteria/index.ts';
import type { DemoProductSlug } from './tenants.ts';

export type DemoAttribute = {
  readonly name: string;
  readonly dataType: DataType;
  readonly successCriteria: Readonly<Record<string, unknown>>;
  readonly isRequired?: boolean;
};

export type DemoTask = {
  readonly name: string;
  readonly description: string;
  readonly weight: number;
  readonly licenceLevel: string;
  readonly outcomes: readonly string[];
  readonly howTo: readonly { readonly title: string; readonly url: string }[];
  readonly attributes: readonly DemoAttribute[];
};

const flag = (name: string): DemoAttribute => ({
  name,
  dataType: 'BOOLEAN',
  successCriteria: { operator: 'equals', value: true },
});
const atLeast = (name: string, value: number, isRequired = true): DemoAttribute => ({
  name,
  dataType: 'NUMBER',
  successCriteria: { operator: '>=', value },
  isRequired,
});
const share = (name: string, value: number): DemoAttribute => ({
  name,
  dataType: 'PERCENTAGE',
  successCriteria: { operator: '>=', value },
});

function task(
  name: string,
  description: string,
  attributes: readonly DemoAttribute[],
  more: { readonly weight?: number; readonly licenceLevel?: string; readonly outcomes?: readonly string[] } = {},
): DemoTask {
  const page = name.toLowerCase().replaceAll(/[^a-z]+/g, '-');
  const { weight = 1, licenceLevel = 'Essential', outcomes = [] } = more;
  const howTo = [{ title: `How to: ${name}`, url: `https://docs.example.com/${page}` }];
  return { name, description, attributes, weight, licenceLevel, outcomes, howTo };
}

const SSO = task(
  'Enable SSO',
  'People sign in with the accounts of their company.',
  [flag('sso_enabled'), flag('provider_configured'), share('sso_sign_ins', 80)],
  { weight: 2, licenceLevel: 'Business', outcomes: ['Fewer passwords', 'Leavers lose access at once'] },
);

export const DEMO_TEMPLATES: Readonly<Record<DemoProductSlug, readonly DemoTask[]>> = {
  projects: [
    task('Kick-off', 'Goals, people and dates are agreed.', [], { outcomes: ['One plan everybody knows'] }),
    SSO,
    task('Import Projects', 'What runs elsewhere is brought over.', [
      atLeast('projects_imported', 20),
      {
        name: 'import_finished',
        dataType: 'DATE',
        successCriteria: { operator: 'exists', value: true },
        isRequired: false,
      },
    ]),
    task(
      'User Onboarding',
      'The people who should work with it do.',
      [atLeast('user_count', 100), share('onboarding_completion', 75)],
      { weight: 3, outcomes: ['Teams plan in one place'] },
    ),
    task(
      'Automate Workflows',
      'Rules take over what is done by hand today.',
      [
        atLeast('active_automations', 5),
        {
          name: 'automation_runs',
          dataType: 'NUMBER',
          successCriteria: { operator: '>=', value: 200, aggregate: 'sum', last_days: 30 },
        },
      ],
      { weight: 2, licenceLevel: 'Enterprise', outcomes: ['Hours saved every week'] },
    ),
    task('Review Value', 'Results are looked at together.', []),
  ],
  documents: [
    SSO,
    task('Migrate Documents', 'Old file shares are read-only.', [
      atLeast('documents_migrated', 5_000),
      flag('old_share_read_only'),
    ]),
    task('Templates in Use', 'New documents begin from a template.', [share('documents_from_template', 60)]),
    task(
      'Approvals',
      'Contracts are approved here.',
      [
        atLeast('approvals_per_week', 25),
        {
          name: 'approval_policy',
          dataType: 'STRING',
          successCriteria: { operator: 'in', value: ['two_person', 'legal_review'] },
        },
      ],
      { weight: 2, licenceLevel: 'Business', outcomes: ['Contracts in days, not weeks'] },
    ),
    task('Retention Rules', 'Documents go when they must.', [flag('retention_enabled')], {
      licenceLevel: 'Enterprise',
    }),
  ],
  agents: [
    task('Choose First Use', 'One case with a number to beat.', []),
    task('Connect Knowledge', 'Agents answer from your own sources.', [
      atLeast('sources_connected', 3),
      share('answers_with_source', 90),
    ]),
    task(
      'Train the Team',
      'People know when to trust and when to check.',
      [atLeast('users_trained', 50), share('completion_rate', 80)],
      { outcomes: ['People who know the limits'] },
    ),
    task(
      'Agents at Work',
      'Tasks are finished without help.',
      [share('tasks_without_help', 70), atLeast('tasks_per_week', 150)],
      { weight: 3, licenceLevel: 'Enterprise', outcomes: ['Routine work done overnight'] },
    ),
  ],
};

/** How far along a plan is, from 0 to 1 (all criteria met), on a day counted from its start. */
export type DemoPace = {
  /** Days from start to where it stops. */
  readonly days: number;
  readonly reaches: number;
  /** After so many days no value comes any more. */
  readonly silentAfter?: number;
  /** So many days before now what had been reached is half lost again. */
  readonly losesBefore?: number;
};

export type DemoPlan = {
  readonly product: DemoProductSlug;
  readonly startedDaysAgo: number;
  /** From now; negative is overdue. */
  readonly dueInDays?: number;
  readonly pace: DemoPace;
};

export type DemoAdoptionCustomer = {
  readonly tenantId: string;
  readonly name: string;
  readonly plans: readonly DemoPlan[];
};

const plan = (product: DemoProductSlug, startedDaysAgo: number, pace: DemoPace, dueInDays?: number): DemoPlan => ({
  product,
  startedDaysAgo,
  pace,
  ...(dueInDays !== undefined && { dueInDays }),
});

export const DEMO_CUSTOMERS: readonly DemoAdoptionCustomer[] = [
  {
    tenantId: 'brightwell-logistics',
    name: 'Brightwell Logistics',
    plans: [plan('projects', 88, { days: 70, reaches: 1 }, 5), plan('agents', 40, { days: 60, reaches: 1 }, 30)],
  },
  {
    tenantId: 'northgate-mutual',
    name: 'Northgate Mutual',
    plans: [plan('documents', 80, { days: 75, reaches: 1 }, 20)],
  },
  {
    tenantId: 'tamarind-health',
    name: 'Tamarind Health',
    plans: [plan('projects', 75, { days: 30, reaches: 0.45 }, 15)],
  },
  {
    tenantId: 'pelican-robotics',
    name: 'Pelican Robotics',
    plans: [plan('agents', 60, { days: 90, reaches: 0.9 }, 40)],
  },
  {
    tenantId: 'cascadia-freightworks',
    name: 'Cascadia Freightworks',
    plans: [plan('projects', 85, { days: 120, reaches: 0.8 }, -6), plan('documents', 50, { days: 70, reaches: 1 }, 35)],
  },
  {
    tenantId: 'lumenfeld-energy',
    name: 'Lumenfeld Energy',
    plans: [plan('projects', 70, { days: 60, reaches: 0.85 }, 25)],
  },
  {
    tenantId: 'moravia-castings',
    name: 'Moravia Castings',
    plans: [plan('documents', 65, { days: 60, reaches: 0.7, silentAfter: 24 }, 45)],
  },
  {
    tenantId: 'hokusei-instruments',
    name: 'Hokusei Instruments',
    plans: [plan('projects', 90, { days: 55, reaches: 1, losesBefore: 9 }, 10)],
  },
  {
    tenantId: 'hudson-larch-legal',
    name: 'Hudson & Larch',
    plans: [plan('documents', 30, { days: 90, reaches: 1 }, 60)],
  },
  { tenantId: 'yarra-civil', name: 'Yarra Civil', plans: [plan('projects', 3, { days: 80, reaches: 0 }, 87)] },
  { tenantId: 'polder-works', name: 'Polder Works', plans: [plan('agents', 55, { days: 50, reaches: 1 }, 15)] },
  {
    tenantId: 'maple-ridge-clinics',
    name: 'Maple Ridge Clinics',
    plans: [plan('documents', 45, { days: 80, reaches: 0.35 }, 12)],
  },
];

/** 0 to 1; `undefined` where no value comes that day. */
export function demoReached({ pace, startedDaysAgo }: DemoPlan, day: number): number | undefined {
  if (pace.silentAfter !== undefined && day > pace.silentAfter) return undefined;
  const reached = Math.min(1, day / pace.days) * pace.reaches;
  return pace.losesBefore !== undefined && day > startedDaysAgo - pace.losesBefore ? reached / 2 : reached;
}

/** Tasks are worked on one after the other: this one's share of what the plan has reached. */
export function demoTaskReached(reached: number, index: number, taskCount: number): number {
  return Math.max(0, Math.min(1, reached * taskCount - index));
}

/** The value of an attribute of a task that is `reached`; it meets its criterion where that is 1. `today` for dates. */
export function demoValue(
  { dataType, successCriteria }: DemoAttribute,
  reached: number,
  today: string,
): Value | undefined {
  const { value, aggregate } = successCriteria;
  switch (dataType) {
    case 'BOOLEAN':
      return reached >= 0.5;
    case 'DATE':
      return reached < 1 ? undefined : today;
    case 'STRING':
      return reached < 1 ? 'none' : String((value as readonly string[])[0]);
    case 'PERCENTAGE':
      return Math.min(100, Math.round((value as number) * reached * 1.05));
    case 'NUMBER':
      // A sum over the days of a window: the demo's values come every third day.
      return Math.round((value as number) * reached * (aggregate === 'sum' ? 0.12 : 1.1));
  }
}
