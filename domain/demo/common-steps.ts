/** Steps every product of the suite has: pages, their speed, errors with what users do about them, and ratings. */
import { emit, pause, type Session } from './session.ts';

/** Opens a page; one in nine also reports its Web Vitals, about as a browser's sampling would. */
export function viewPage(session: Session, area: string, surface: string): void {
  const { random } = session;
  const slowness = session.isPhone ? 1.9 : 1;
  const loadMs = Math.round(random.logNormal(640 * slowness, 0.45));
  emit(session, {
    name: 'page_viewed',
    type: 'view',
    area,
    surface,
    properties: { page: surface, load_ms: loadMs, plan: session.tenant.plan, industry: session.tenant.industry },
  });
  if (random.chance(1 / 9)) {
    session.atMs += loadMs;
    emit(session, {
      name: 'web_vitals_measured',
      type: 'system_health',
      area,
      surface,
      properties: {
        page: surface,
        lcp_ms: Math.round(loadMs * 1.8),
        inp_ms: Math.round(random.logNormal(90 * slowness, 0.5)),
        cls: Math.round(random.exponential(0.04) * 1_000) / 1_000,
        ttfb_ms: Math.round(loadMs * 0.3),
      },
    });
  }
}

export type Failure = {
  readonly area: string;
  readonly surface: string;
  readonly component: string;
  readonly errorCode: string;
  readonly httpStatus: number;
  readonly isRecoverable: boolean;
};

/** An error the user saw. Some click on in anger, which a click tracker would notice. */
export function fail(session: Session, failure: Failure): void {
  const { random } = session;
  emit(session, {
    name: 'application_error',
    type: 'error',
    area: failure.area,
    surface: failure.surface,
    isServerSide: failure.httpStatus >= 500,
    isCorrelated: true,
    properties: {
      error_code: failure.errorCode,
      component: failure.component,
      http_status: failure.httpStatus,
      recoverable: failure.isRecoverable,
      severity: failure.isRecoverable ? 'warning' : 'critical',
      fingerprint: `${failure.component}:${failure.errorCode}`,
    },
  });
  if (!session.isAutomated && random.chance(0.25)) {
    pause(session, 3);
    emit(session, {
      name: 'rage_click_detected',
      type: 'action',
      area: failure.area,
      surface: failure.surface,
      isCorrelated: true,
      properties: { component: failure.component, click_count: random.integer(4, 11) },
    });
  }
}

const TAGS = ['usability', 'performance', 'policy', 'docs', 'support'] as const;
const BLOCKERS = ['error', 'missing_permission', 'missing_feature', 'slow_response'] as const;

/** A score of 1 to 5 with its sentiment, about a workflow that went well or did not. */
export function giveFeedback(
  session: Session,
  about: { name: string; area: string; surface: string; workflow: string; wentWell: boolean },
): void {
  const { random } = session;
  const score = about.wentWell ? Math.min(5, random.integer(3, 6)) : random.integer(1, 3);
  const isBlocked = score <= 2 && random.chance(0.6);
  emit(session, {
    name: about.name,
    type: 'feedback',
    area: about.area,
    surface: about.surface,
    workflow: about.workflow,
    isCorrelated: true,
    properties: {
      score,
      sentiment: score >= 4 ? 'positive' : score === 3 ? 'neutral' : 'negative',
      tags: [about.wentWell ? random.pick(TAGS) : 'performance'],
      comment_present: random.chance(0.2),
      correlation_id: session.correlationId,
      blocked: isBlocked,
      blocker_type: isBlocked ? random.pick(BLOCKERS) : null,
    },
  });
}

/** An exact pick by cumulative shares: `[['task_created', 0.4], ['task_completed', 1]]`. */
export function drawStep<Name extends string>(session: Session, shares: readonly (readonly [Name, number])[]): Name {
  const draw = session.random.unit();
  return (shares.find(([, upTo]) => draw < upTo) ?? shares.at(-1)!)[0];
}
