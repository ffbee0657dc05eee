/** Visits to Harborlight Agents: people choosing, running and rating AI agents, and scheduled runs that never sleep. */
import { fail, viewPage } from './common-steps.ts';
import { LEAN_AGENTS_VERSION } from './releases.ts';
import { emit, pause, type Session } from './session.ts';

/** Median tokens per run before the lean version, and how often a user keeps what the agent proposed. */
const AGENTS = [
  { id: 'contract-summariser', medianTokens: 5_200, accuracy: 0.86 },
  { id: 'meeting-notes', medianTokens: 3_100, accuracy: 0.9 },
  { id: 'risk-scanner', medianTokens: 8_400, accuracy: 0.74 },
  { id: 'support-triage', medianTokens: 2_400, accuracy: 0.82 },
  { id: 'data-reconciler', medianTokens: 6_800, accuracy: 0.78 },
] as const;

/** The lean version caches prompts: three fifths of the tokens, and answers come sooner. */
const LEAN_TOKEN_SHARE = 0.6;
const LEAN_TIME_SHARE = 0.8;

type Agent = (typeof AGENTS)[number];

export function visitAgents(session: Session): void {
  const { random } = session;
  viewPage(session, 'catalogue', 'agent_catalogue');
  const runs = 1 + random.poisson(1.6);
  for (let i = 0; i < runs; i++) {
    pause(session, 25);
    const agent = random.pick(AGENTS);
    emit(session, {
      name: 'agent_selected',
      type: 'action',
      area: 'catalogue',
      surface: 'agent_catalogue',
      properties: {
        agent_id: agent.id,
        interaction_type: 'selection',
        list_position: random.integer(1, AGENTS.length),
      },
    });
    pause(session, 30);
    if (!runAgent(session, agent)) continue;
    if (random.chance(0.5)) viewPage(session, 'runs', 'run_detail');
    if (random.chance(0.3)) rateRun(session, agent);
  }
}

/** A batch of scheduled runs, started by the tenant's own automation. */
export function runSchedule(session: Session, runs: number): void {
  for (let i = 0; i < runs; i++) {
    runAgent(session, session.random.pick(AGENTS));
    pause(session, 40);
  }
}

/** False where the run failed. */
function runAgent(session: Session, agent: Agent): boolean {
  const { random } = session;
  const isLean = session.version === LEAN_AGENTS_VERSION;
  const surface = session.isAutomated ? 'schedule' : 'run_console';
  emit(session, {
    name: 'agent_run_started',
    type: 'action',
    area: 'runs',
    surface,
    properties: { agent_id: agent.id, interaction_type: 'engagement' },
  });
  const tokens = random.logNormal(agent.medianTokens * (isLean ? LEAN_TOKEN_SHARE : 1), 0.4);
  const responseTimeMs = Math.round(random.logNormal(agent.medianTokens * 1.1 * (isLean ? LEAN_TIME_SHARE : 1), 0.35));
  session.atMs += responseTimeMs;
  if (random.chance(0.02)) {
    fail(session, {
      area: 'runs',
      surface,
      component: agent.id,
      errorCode: random.pick(['model_timeout', 'tool_failed', 'context_too_long']),
      httpStatus: random.pick([504, 502, 422]),
      isRecoverable: true,
    });
    return false;
  }
  emit(session, {
    name: 'agent_run_completed',
    type: 'outcome',
    area: 'runs',
    surface,
    isServerSide: true,
    properties: {
      agent_id: agent.id,
      interaction_type: 'completion',
      token_consumption: Math.round(tokens),
      response_time_ms: responseTimeMs,
      tool_call_count: random.poisson(2.2),
    },
  });
  return true;
}

function rateRun(session: Session, agent: Agent): void {
  const { random } = session;
  pause(session, 12);
  const isAccepted = random.chance(agent.accuracy);
  emit(session, {
    name: 'agent_run_rated',
    type: 'feedback',
    area: 'runs',
    surface: 'run_detail',
    isCorrelated: true,
    properties: {
      agent_id: agent.id,
      effectiveness_rating: isAccepted ? random.integer(4, 5) : random.integer(1, 3),
      recommendation_accepted: isAccepted,
    },
  });
}
