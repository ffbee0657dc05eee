/**
 * What the demo's teams agreed to send: Projects has planned most of what it sends, Documents all of it, Agents nothing yet,
 * so that the screens show a plan at each stage.
 */
import type { EventType } from '../contract/index.ts';
import type { EventSchema, PropertySchema, SchemaState } from '../tracking-plan/index.ts';
import type { DemoProductSlug } from './tenants.ts';

type Described = Readonly<Record<string, PropertySchema>>;

type Planned = {
  readonly name: string;
  readonly type: EventType;
  readonly area: string;
  readonly about: string;
  readonly properties: Described;
  /** Everything else is always there. */
  readonly optional?: readonly string[];
  readonly state?: SchemaState;
  readonly feature?: Pick<EventSchema, 'hypothesis' | 'target_metrics' | 'feedback_prompts'>;
};

const text = (description: string, maxLength = 64): PropertySchema => ({ type: 'string', maxLength, description });
const id = (description: string, prefix: string): PropertySchema => ({
  type: 'string',
  pattern: `^${prefix}-[0-9a-f]{1,12}$`,
  maxLength: 16,
  description,
});
const oneOf = (description: string, ...values: readonly string[]): PropertySchema => ({ enum: values, description });
const flag = (description: string): PropertySchema => ({ type: 'boolean', description });
const count = (description: string, maximum = 1_000_000): PropertySchema => ({
  type: 'integer',
  minimum: 0,
  maximum,
  description,
});
const milliseconds = (description: string): PropertySchema => count(description, 86_400_000);

const PAGE_VIEWED: Planned = {
  name: 'page_viewed',
  type: 'view',
  area: 'navigation',
  about: 'A page was shown, and how long that took.',
  properties: {
    page: text('Name of the page, never its address.'),
    load_ms: milliseconds('From the click to the painted page.'),
    plan: text('Plan of the customer.', 40),
    industry: text('Industry of the customer.', 40),
  },
};
const WEB_VITALS: Planned = {
  name: 'web_vitals_measured',
  type: 'system_health',
  area: 'navigation',
  about: 'The Web Vitals of a page, sampled.',
  properties: {
    page: text('Name of the page.'),
    lcp_ms: milliseconds('Largest Contentful Paint.'),
    inp_ms: milliseconds('Interaction to Next Paint.'),
    cls: { type: 'number', minimum: 0, maximum: 100, description: 'Cumulative Layout Shift.' },
    ttfb_ms: milliseconds('Time to First Byte.'),
  },
};
const APPLICATION_ERROR: Planned = {
  name: 'application_error',
  type: 'error',
  area: 'reliability',
  about: 'Something failed in front of a user.',
  properties: {
    error_code: text('Which kind of error.'),
    component: text('Part of the product that failed.'),
    http_status: { type: 'integer', minimum: 100, maximum: 599, description: 'Status of the reply behind it.' },
    recoverable: flag('Whether trying again could help.'),
    severity: oneOf('How bad it is.', 'warning', 'critical'),
    fingerprint: text('Component and kind: what is grouped.', 130),
  },
};
const RAGE_CLICK: Planned = {
  name: 'rage_click_detected',
  type: 'action',
  area: 'reliability',
  about: 'Somebody clicked the same thing again and again.',
  properties: { component: text('What was clicked.'), click_count: count('How often.', 100) },
};

const feedback = (name: string, area: string): Planned => ({
  name,
  type: 'feedback',
  area,
  about: 'An answer to the survey at the end of the workflow.',
  properties: {
    score: { type: 'integer', minimum: 1, maximum: 5, description: '1 is worst, 5 best.' },
    sentiment: oneOf('Of the score.', 'positive', 'neutral', 'negative'),
    tags: {
      type: 'array',
      items: { enum: ['usability', 'performance', 'policy', 'docs', 'support'] },
      maxItems: 5,
      description: 'What it was about.',
    },
    comment_present: flag('Whether a comment came with it; comments are kept apart.'),
    correlation_id: text('Joins the answer to the visit.'),
    blocked: flag('Whether the person could not go on.'),
    blocker_type: {
      enum: ['error', 'missing_permission', 'missing_feature', 'slow_response', null],
      description: 'What stood in the way.',
    },
  },
});

const PRIORITY = oneOf('Of the task.', 'low', 'normal', 'high', 'urgent');

const PROJECTS: readonly Planned[] = [
  PAGE_VIEWED,
  WEB_VITALS,
  APPLICATION_ERROR,
  {
    name: 'project_viewed',
    type: 'view',
    area: 'projects',
    about: 'The page that creates a project was opened.',
    properties: {
      template_id: { type: 'string', pattern: '^tpl-[0-9]{1,4}$', maxLength: 8, description: 'The template chosen.' },
      prepopulated: flag('Whether fields were filled in already.'),
      time_to_first_paint_ms: milliseconds('Until something showed.'),
    },
    optional: ['template_id'],
  },
  {
    name: 'project_created',
    type: 'outcome',
    area: 'projects',
    about: 'A project was created and can be opened.',
    properties: {
      project_id: id('The project.', 'p'),
      creation_path: oneOf('How it was created.', 'blank', 'template', 'import'),
      member_count: count('Members at creation, its creator included.', 100_000),
      initial_tasks_count: count('Tasks it began with.', 100_000),
      duration_ms: milliseconds('From opening the page to the created project.'),
      validation_errors: {
        type: 'array',
        items: text('A kind of mistake.'),
        maxItems: 20,
        description: 'Mended on the way.',
      },
      guardrail_status: oneOf('Of running experiments.', 'pass', 'fail', 'warning'),
    },
    feature: {
      hypothesis: 'Templates let teams create a project in under a minute.',
      target_metrics: ['median duration_ms of project_created', 'share of project_viewed followed by project_created'],
      feedback_prompts: ['How easy was it to create the project?'],
    },
  },
  {
    name: 'project_creation_error',
    type: 'error',
    area: 'projects',
    about: 'Creating a project failed; the person sees why and may try again.',
    properties: {
      stage: oneOf('Where it failed.', 'load', 'validation', 'save', 'notification'),
      error_code: text('Which kind of error.'),
      http_status: { type: 'integer', minimum: 100, maximum: 599, description: 'Status of the reply.' },
      recoverable: flag('Whether trying again could help.'),
      retry_count: count('Tries before this one.', 100),
      trace_id: text('Joins it to the trace.'),
    },
  },
  feedback('project_feedback_submitted', 'projects'),
  {
    name: 'task_assigned',
    type: 'action',
    area: 'projects',
    about: 'A task got somebody to do it.',
    properties: {
      task_id: id('The task.', 't'),
      assignment_type: oneOf('How it was assigned.', 'direct', 'bulk', 'auto'),
      assignee_role: text('Role of whoever has it now.', 40),
      due_in_days: count('Days until it is due.', 3_650),
      priority: PRIORITY,
      assignment_latency_ms: milliseconds('How long the product took.'),
    },
  },
  {
    name: 'task_created',
    type: 'action',
    area: 'tasks',
    about: 'A task was written down.',
    properties: {
      task_id: id('The task.', 't'),
      priority: PRIORITY,
      has_due_date: flag('Whether it says until when.'),
    },
  },
  {
    name: 'task_completed',
    type: 'outcome',
    area: 'tasks',
    about: 'A task was marked done.',
    properties: {
      task_id: id('The task.', 't'),
      open_days: count('Days since it was created.', 3_650),
      was_late: flag('Whether it was due before.'),
    },
  },
  {
    name: 'report_exported',
    type: 'outcome',
    area: 'reports',
    about: 'A report was downloaded as a file.',
    properties: { format: oneOf('Kind of file.', 'pdf', 'xlsx', 'csv'), row_count: count('Rows in it.') },
  },
  {
    name: 'search_performed',
    type: 'action',
    area: 'search',
    about: 'Somebody searched. What for is not collected.',
    properties: { result_count: count('Hits shown.'), duration_ms: milliseconds('Until they were shown.') },
    state: 'deprecated',
  },
  {
    name: 'timeline_opened',
    type: 'view',
    area: 'timeline',
    about: 'The timeline view was opened.',
    properties: { zoom: oneOf('How much it shows.', 'day', 'week', 'month'), item_count: count('Items on it.') },
    feature: {
      hypothesis: 'Planners who see dependencies move dates a week earlier.',
      target_metrics: ['share of tenants with timeline_opened each week'],
    },
  },
  {
    name: 'timeline_item_moved',
    type: 'action',
    area: 'timeline',
    about: 'An item was dragged to another date.',
    properties: {
      moved_days: { type: 'integer', minimum: -3_650, maximum: 3_650, description: 'Later is positive.' },
      dependent_count: count('Items that hang on it.'),
    },
    state: 'draft',
  },
];

const DOCUMENT_ID = id('The document.', 'd');
const TEMPLATE_ID = {
  type: 'string',
  pattern: '^tpl-[0-9]{1,4}$',
  maxLength: 8,
  description: 'The template.',
} as const;

const phase = (name: string, about: string, status: string, isOver: boolean): Planned => ({
  name,
  type: name === 'workflow_phase_completed' ? 'outcome' : 'action',
  area: 'approvals',
  about,
  properties: {
    workflow_id: id('The contract on its way.', 'k'),
    workflow_phase: oneOf('Which phase.', 'draft', 'business_review', 'legal_check', 'signature'),
    phase_number: { type: 'integer', minimum: 1, maximum: 4, description: 'The first is 1.' },
    completion_status: oneOf('What became of it.', status),
    ...(isOver ? { phase_duration_ms: count('From its start.', 2_147_483_647) } : {}),
  },
});

const DOCUMENTS: readonly Planned[] = [
  PAGE_VIEWED,
  WEB_VITALS,
  APPLICATION_ERROR,
  RAGE_CLICK,
  {
    name: 'document_edited',
    type: 'action',
    area: 'editor',
    about: 'Blocks of a document were changed and saved.',
    properties: { document_id: DOCUMENT_ID, block_count: count('Blocks changed.') },
  },
  {
    name: 'document_generated',
    type: 'outcome',
    area: 'editor',
    about: 'A document was made from a template.',
    properties: {
      document_id: DOCUMENT_ID,
      template_id: TEMPLATE_ID,
      page_count: count('Pages of it.', 10_000),
      generation_ms: milliseconds('How long that took.'),
      format: oneOf('Kind of file.', 'pdf', 'docx'),
    },
  },
  {
    name: 'template_selected',
    type: 'action',
    area: 'templates',
    about: 'A template was chosen in the gallery.',
    properties: { template_id: TEMPLATE_ID, category: oneOf('Of the template.', 'contract', 'offer', 'report') },
  },
  {
    name: 'document_shared',
    type: 'action',
    area: 'editor',
    about: 'A document was shared with others.',
    properties: {
      audience: oneOf('With whom.', 'team', 'customer', 'supplier'),
      recipient_count: count('How many.', 10_000),
    },
  },
  {
    name: 'document_downloaded',
    type: 'outcome',
    area: 'editor',
    about: 'A document was downloaded as a file.',
    properties: { format: oneOf('Kind of file.', 'pdf', 'docx'), page_count: count('Pages of it.', 10_000) },
  },
  phase('workflow_phase_started', 'A phase of an approval began.', 'in_progress', false),
  phase('workflow_phase_completed', 'A phase of an approval ended well.', 'completed', true),
  phase('workflow_phase_abandoned', 'A phase of an approval was given up.', 'abandoned', true),
  feedback('workflow_feedback_submitted', 'approvals'),
];

/** Documents of version 1, as they would stand in the customer's repository. */
export const DEMO_TRACKING_PLAN: Readonly<Record<DemoProductSlug, readonly EventSchema[]>> = {
  projects: PROJECTS.map((planned) => documentOf(planned, 'projects-team')),
  documents: DOCUMENTS.map((planned) => documentOf(planned, 'documents-team')),
  agents: [],
};

function documentOf(planned: Planned, owner: string): EventSchema {
  const { name, type, area, about, properties, optional = [], state = 'active', feature = {} } = planned;
  return {
    event_name: name,
    version: 1,
    state,
    owner,
    description: about,
    feature_area: area,
    event_type: type,
    pii_class: 'none',
    data_sensitivity: 'internal',
    ...feature,
    properties: {
      type: 'object',
      properties: Object.fromEntries(
        Object.entries(properties).map(([property, schema]) => [property, { ...schema, 'x-pii-class': 'none' }]),
      ),
      required: Object.keys(properties).filter((property) => !optional.includes(property)),
      additionalProperties: false,
    },
  };
}
