/** Visits to Harborlight Documents: templates, generated documents, and the contract approval with its bottleneck. */
import { drawStep, fail, giveFeedback, viewPage } from './common-steps.ts';
import { emit, openSession, pause, type Session } from './session.ts';
import type { DemoUser } from './tenants.ts';

export const APPROVAL_WORKFLOW = 'contract_approval';

/** Medians in minutes and the share that gives up. The legal check takes five times as long as its neighbours. */
export const APPROVAL_PHASES = [
  { name: 'draft', medianMinutes: 9, abandonShare: 0.06 },
  { name: 'business_review', medianMinutes: 8, abandonShare: 0.07 },
  { name: 'legal_check', medianMinutes: 42, abandonShare: 0.42 },
  { name: 'signature', medianMinutes: 8, abandonShare: 0.04 },
] as const;

const NEXT_STEP = [
  ['view_page', 0.31],
  ['edit', 0.56],
  ['generate', 0.72],
  ['select_template', 0.84],
  ['share', 0.93],
  ['download', 1],
] as const;

const PAGES = [
  ['library', 'document_library'],
  ['editor', 'document_editor'],
  ['templates', 'template_gallery'],
] as const;

export function visitDocuments(session: Session, colleagues: readonly DemoUser[]): void {
  const { random } = session;
  viewPage(session, 'library', 'document_library');
  if (random.chance(0.13)) {
    approveContract(session, colleagues);
    return;
  }
  const steps = 3 + random.poisson(5);
  for (let i = 0; i < steps; i++) {
    pause(session, 40);
    STEPS[drawStep(session, NEXT_STEP)](session);
  }
}

type StepName = (typeof NEXT_STEP)[number][0];

const IN_EDITOR = { area: 'editor', surface: 'document_editor' } as const;

const STEPS: Readonly<Record<StepName, (session: Session) => void>> = {
  view_page(session) {
    const [area, surface] = session.random.pick(PAGES);
    viewPage(session, area, surface);
  },
  edit(session) {
    const { random } = session;
    emit(session, {
      name: 'document_edited',
      type: 'action',
      ...IN_EDITOR,
      properties: { document_id: `d-${random.hex(6)}`, block_count: random.integer(1, 14) },
    });
  },
  generate: generateDocument,
  select_template(session) {
    const { random } = session;
    emit(session, {
      name: 'template_selected',
      type: 'action',
      area: 'templates',
      surface: 'template_gallery',
      properties: {
        template_id: `tpl-${random.integer(1, 24)}`,
        category: random.pick(['contract', 'offer', 'report']),
      },
    });
  },
  share(session) {
    const { random } = session;
    emit(session, {
      name: 'document_shared',
      type: 'action',
      ...IN_EDITOR,
      properties: {
        audience: random.pick(['team', 'team', 'customer', 'supplier']),
        recipient_count: random.integer(1, 6),
      },
    });
  },
  download(session) {
    const { random } = session;
    emit(session, {
      name: 'document_downloaded',
      type: 'outcome',
      ...IN_EDITOR,
      properties: { format: random.pick(['pdf', 'pdf', 'docx']), page_count: random.integer(1, 30) },
    });
  },
};

function generateDocument(session: Session): void {
  const { random } = session;
  if (random.chance(0.012)) {
    fail(session, {
      ...IN_EDITOR,
      component: 'document_renderer',
      errorCode: random.pick(['template_broken', 'timeout', 'data_source_missing']),
      httpStatus: random.pick([422, 504]),
      isRecoverable: true,
    });
    return;
  }
  const pageCount = 1 + random.poisson(6);
  emit(session, {
    name: 'document_generated',
    type: 'outcome',
    area: 'editor',
    surface: 'document_editor',
    isServerSide: true,
    properties: {
      document_id: `d-${random.hex(6)}`,
      template_id: `tpl-${random.integer(1, 24)}`,
      page_count: pageCount,
      generation_ms: Math.round(random.logNormal(350 + 120 * pageCount, 0.35)),
      format: random.pick(['pdf', 'docx']),
    },
  });
}

/** One contract through its four phases, each done by somebody of the tenant in a visit of their own. */
function approveContract(first: Session, colleagues: readonly DemoUser[]): void {
  const { random, world, tenant, product } = first;
  const contractId = `k-${random.hex(6)}`;
  let session = first;
  for (const [index, phase] of APPROVAL_PHASES.entries()) {
    pause(session, 20);
    const common = { workflow_id: contractId, workflow_phase: phase.name, phase_number: index + 1 };
    emitPhase(session, 'workflow_phase_started', { ...common, completion_status: 'in_progress' });
    const durationMs = Math.round(random.logNormal(phase.medianMinutes, 0.55) * 60_000);
    const isAbandoned = random.chance(phase.abandonShare);
    session.atMs += durationMs;
    emitPhase(session, isAbandoned ? 'workflow_phase_abandoned' : 'workflow_phase_completed', {
      ...common,
      completion_status: isAbandoned ? 'abandoned' : 'completed',
      phase_duration_ms: durationMs,
    });
    if (isAbandoned) {
      maybeRate(session, false);
      return;
    }
    if (index < APPROVAL_PHASES.length - 1) {
      const user = random.pick(colleagues);
      session = openSession(world, random, {
        product,
        tenant,
        user,
        atMs: session.atMs + random.integer(20_000, 400_000),
      });
      viewPage(session, 'approvals', 'approval_inbox');
    }
  }
  maybeRate(session, true);
}

function emitPhase(session: Session, name: string, properties: Record<string, string | number>): void {
  emit(session, {
    name,
    type: name === 'workflow_phase_completed' ? 'outcome' : 'action',
    area: 'approvals',
    surface: 'approval_page',
    workflow: APPROVAL_WORKFLOW,
    isCorrelated: true,
    properties,
  });
}

function maybeRate(session: Session, wentWell: boolean): void {
  if (!session.random.chance(0.15)) return;
  pause(session, 20);
  giveFeedback(session, {
    name: 'workflow_feedback_submitted',
    area: 'approvals',
    surface: 'approval_page',
    workflow: APPROVAL_WORKFLOW,
    wentWell,
  });
}
