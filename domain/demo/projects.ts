/** Visits to Harborlight Projects: boards, tasks, the project creation workflow of requirement E20, the timeline view. */

import { DAY_MS } from './calendar.ts';
import { drawStep, fail, giveFeedback, viewPage } from './common-steps.ts';
import { FAULTY_PROJECTS_VERSION } from './releases.ts';
import { emit, pause, type Session } from './session.ts';

const WORKFLOW = 'project_creation';
const CREATE_PAGE = 'project_create_page';

/** Cumulative shares of what people do next. */
const NEXT_STEP = [
  ['view_page', 0.3],
  ['complete_task', 0.45],
  ['create_task', 0.57],
  ['assign_task', 0.68],
  ['comment', 0.8],
  ['search', 0.87],
  ['create_project', 0.945],
  ['export_report', 0.965],
  ['filter_board', 1],
] as const;

const PAGES = [
  ['projects', 'project_list'],
  ['projects', 'project_board'],
  ['tasks', 'my_tasks'],
  ['tasks', 'task_detail'],
  ['reports', 'report_overview'],
] as const;

export function visitProjects(session: Session): void {
  const { random } = session;
  viewPage(session, 'projects', 'dashboard');
  const steps = 3 + random.poisson(6);
  for (let i = 0; i < steps; i++) {
    pause(session, 28);
    STEPS[drawStep(session, NEXT_STEP)](session);
    if (random.chance(errorShare(session))) {
      pause(session, 2);
      failAnywhere(session);
      if (random.chance(0.3)) return;
    }
  }
  useTimelineView(session);
}

/** The release of the story: one step in eight fails while it is out, against one in two hundred otherwise. */
function errorShare(session: Session): number {
  return session.version === FAULTY_PROJECTS_VERSION ? 0.12 : 0.005;
}

function failAnywhere(session: Session): void {
  const isFaulty = session.version === FAULTY_PROJECTS_VERSION;
  fail(session, {
    area: 'tasks',
    surface: 'task_detail',
    component: isFaulty ? 'sync_engine' : session.random.pick(['attachment_upload', 'board_loader', 'search_box']),
    errorCode: isFaulty ? 'save_conflict' : session.random.pick(['timeout', 'not_found', 'upload_interrupted']),
    httpStatus: isFaulty ? 500 : session.random.pick([404, 408, 502]),
    isRecoverable: !isFaulty,
  });
}

type StepName = (typeof NEXT_STEP)[number][0];

const ON_TASK = { area: 'tasks', surface: 'task_detail' } as const;

const STEPS: Readonly<Record<StepName, (session: Session) => void>> = {
  view_page(session) {
    const [area, surface] = session.random.pick(PAGES);
    viewPage(session, area, surface);
  },
  create_task(session) {
    const { random } = session;
    emit(session, {
      name: 'task_created',
      type: 'action',
      ...ON_TASK,
      properties: {
        task_id: `t-${random.hex(6)}`,
        priority: random.pick(PRIORITIES),
        has_due_date: random.chance(0.7),
      },
    });
  },
  complete_task(session) {
    const { random } = session;
    emit(session, {
      name: 'task_completed',
      type: 'outcome',
      ...ON_TASK,
      properties: {
        task_id: `t-${random.hex(6)}`,
        open_days: Math.round(random.exponential(6)),
        was_late: random.chance(0.2),
      },
    });
  },
  assign_task: (session) => assignTask(session),
  comment(session) {
    const { random } = session;
    emit(session, {
      name: 'comment_added',
      type: 'action',
      ...ON_TASK,
      properties: { mention_count: random.poisson(0.6), length_characters: Math.round(random.logNormal(90, 0.8)) },
    });
  },
  search(session) {
    const { random } = session;
    emit(session, {
      name: 'search_performed',
      type: 'action',
      area: 'search',
      surface: 'search_box',
      properties: { result_count: random.poisson(5), duration_ms: Math.round(random.logNormal(130, 0.5)) },
    });
  },
  create_project: createProject,
  export_report(session) {
    const { random } = session;
    emit(session, {
      name: 'report_exported',
      type: 'outcome',
      area: 'reports',
      surface: 'report_overview',
      properties: { format: random.pick(['pdf', 'xlsx', 'csv']), row_count: Math.round(random.logNormal(140, 1)) },
    });
  },
  filter_board(session) {
    emit(session, {
      name: 'board_filtered',
      type: 'action',
      area: 'projects',
      surface: 'project_board',
      properties: { filter_count: session.random.integer(1, 4) },
    });
  },
};

const PRIORITIES = ['low', 'normal', 'normal', 'high', 'urgent'] as const;
const ASSIGNEE_ROLES = ['member', 'member', 'manager', 'viewer'] as const;

function assignTask(session: Session, workflow?: string): void {
  const { random } = session;
  emit(session, {
    name: 'task_assigned',
    type: 'action',
    area: 'projects',
    surface: 'task_detail',
    ...(workflow === undefined ? {} : { workflow }),
    properties: {
      task_id: `t-${random.hex(6)}`,
      assignment_type: workflow === undefined ? random.pick(['direct', 'direct', 'bulk']) : 'auto',
      assignee_role: random.pick(ASSIGNEE_ROLES),
      due_in_days: random.integer(1, 21),
      priority: random.pick(PRIORITIES),
      assignment_latency_ms: Math.round(random.logNormal(85, 0.5)),
    },
  });
}

/** Opens the form, perhaps fails, saves, and hands out the first tasks. Two in three who open the form finish it. */
function createProject(session: Session): void {
  const { random } = session;
  const path = random.pick(['blank', 'template', 'template', 'import'] as const);
  emit(session, {
    name: 'project_viewed',
    type: 'view',
    area: 'projects',
    surface: CREATE_PAGE,
    workflow: WORKFLOW,
    properties: {
      ...(path === 'template' ? { template_id: `tpl-${random.integer(1, 12)}` } : {}),
      prepopulated: path !== 'blank',
      time_to_first_paint_ms: Math.round(random.logNormal(420, 0.4)),
    },
  });
  if (random.chance(0.33)) return;
  const startedMs = session.atMs;
  pause(session, path === 'blank' ? 95 : 50);
  if (!saveProject(session)) return;
  emit(session, {
    name: 'project_created',
    type: 'outcome',
    area: 'projects',
    surface: CREATE_PAGE,
    workflow: WORKFLOW,
    isServerSide: true,
    isCorrelated: true,
    properties: {
      project_id: `p-${random.hex(6)}`,
      creation_path: path,
      member_count: 1 + random.poisson(4),
      initial_tasks_count: path === 'blank' ? random.poisson(2) : 4 + random.poisson(8),
      duration_ms: session.atMs - startedMs,
      validation_errors: random.chance(0.08) ? ['name_taken'] : [],
      guardrail_status: random.chance(0.95) ? 'pass' : 'warning',
    },
  });
  pause(session, 12);
  assignTask(session, WORKFLOW);
  if (random.chance(0.12)) rateProject(session, true);
}

/** False where the user gave up after errors. */
function saveProject(session: Session): boolean {
  const { random } = session;
  const failureShare = session.version === FAULTY_PROJECTS_VERSION ? 0.45 : 0.02;
  for (let retryCount = 0; random.chance(failureShare); retryCount++) {
    const isFaulty = session.version === FAULTY_PROJECTS_VERSION;
    emit(session, {
      name: 'project_creation_error',
      type: 'error',
      area: 'projects',
      surface: CREATE_PAGE,
      workflow: WORKFLOW,
      isServerSide: true,
      isCorrelated: true,
      properties: {
        stage: isFaulty ? 'save' : random.pick(['load', 'validation', 'save', 'notification']),
        error_code: isFaulty ? 'save_conflict' : random.pick(['name_taken', 'timeout', 'quota_reached']),
        http_status: isFaulty ? 500 : random.pick([400, 409, 504]),
        recoverable: !isFaulty,
        retry_count: retryCount,
        trace_id: random.hex(8) + random.hex(8) + random.hex(8) + random.hex(8),
      },
    });
    if (random.chance(0.35)) {
      if (random.chance(0.3)) rateProject(session, false);
      return false;
    }
    pause(session, 8);
  }
  return true;
}

function rateProject(session: Session, wentWell: boolean): void {
  pause(session, 15);
  giveFeedback(session, {
    name: 'project_feedback_submitted',
    area: 'projects',
    surface: CREATE_PAGE,
    workflow: WORKFLOW,
    wentWell,
  });
}

/** A tenant's people take to the timeline view over ten days; in the end two visits in five open it. */
function useTimelineView(session: Session): void {
  const { random, world } = session;
  const fromMs = world.timelineViewFromMs.get(session.tenant.id);
  if (fromMs === undefined || session.atMs < fromMs || session.isPhone) return;
  const familiarity = Math.min(1, 0.25 + (session.atMs - fromMs) / (10 * DAY_MS));
  if (!random.chance(0.4 * familiarity)) return;
  pause(session, 20);
  emit(session, {
    name: 'timeline_opened',
    type: 'view',
    area: 'timeline',
    surface: 'timeline_view',
    properties: { zoom: random.pick(['day', 'week', 'month']), item_count: Math.round(random.logNormal(34, 0.6)) },
  });
  if (random.chance(0.5)) {
    pause(session, 30);
    emit(session, {
      name: 'timeline_item_moved',
      type: 'action',
      area: 'timeline',
      surface: 'timeline_view',
      properties: { moved_days: random.integer(-10, 20), dependent_count: random.poisson(1.5) },
    });
  }
}
