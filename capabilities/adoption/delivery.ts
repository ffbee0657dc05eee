/** Brings what is told about plans to its receivers: each mail and each webhook a job of its own, tried again where that helps. */
import { adoptionPlans } from '@uptake/io/control-store/schema';
import type { JobContext, Jobs } from '@uptake/io/jobs';
import type { Mailer } from '@uptake/io/mail';
import { type Outbound, OutboundError, type OutboundResponse } from '@uptake/io/outbound';
import { sql } from 'drizzle-orm';
import type { AdoptionDependencies } from './dependencies.ts';
import type { SignNotice } from './notice-signer.ts';
import { anyOf, insertHistory } from './store/recordset.ts';
import { actorId, SYSTEM } from './who.ts';

const SEND = 'adoption.send';
const TIMEOUT_MS = 60_000;
const MAX_ATTEMPTS = 4;
const FIRST_PAUSE_MS = 60_000;
/** The receiver is no longer there and says so (RFC 9110): more tries would be noise. */
const GONE = 410;
const MAX_TEXT = 500;

/** What is told, and to whom. */
export type Told = {
  /** By which a receiver knows a repetition; the mail and the message have the same. */
  readonly id: string;
  readonly workspaceId: string;
  /** In whose history it is written where it could not be brought. */
  readonly planIds: readonly string[];
  readonly emails: readonly string[];
  readonly webhookUrl: string | null;
  readonly subject: string;
  readonly text: string;
  readonly html?: string;
  /** The body of the webhook, as JSON. */
  readonly payload: unknown;
};

export type DeliveryDependencies = Pick<AdoptionDependencies, 'logger' | 'controlStore' | 'nowMs'> & {
  readonly jobs: Jobs;
  readonly mailer: Pick<Mailer, 'send'>;
  readonly outbound: Pick<Outbound, 'request'>;
  readonly sign: SignNotice;
};

/** Resolves once it is kept. */
export type Deliver = (told: Told) => Promise<void>;

type Payload = Pick<Told, 'id' | 'workspaceId' | 'planIds'> &
  (
    | {
        readonly by: 'mail';
        readonly emails: readonly string[];
        readonly subject: string;
        readonly text: string;
        readonly html?: string;
      }
    | { readonly by: 'webhook'; readonly url: string; readonly body: string }
  );

export function createDelivery(dependencies: DeliveryDependencies): Deliver {
  const { jobs } = dependencies;
  jobs.define<Payload>({
    name: SEND,
    maxAttempts: MAX_ATTEMPTS,
    backoffMs: FIRST_PAUSE_MS,
    timeoutMs: TIMEOUT_MS,
    waitsForOthers: true,
    run: (payload, context) => bring(dependencies, payload, context),
  });
  const enqueue = (payload: Payload) => jobs.enqueue<Payload>(SEND, payload, { key: `${payload.by} ${payload.id}` });
  return async ({ id, workspaceId, planIds, emails, webhookUrl, subject, text, html, payload }) => {
    const of = { id, workspaceId, planIds };
    if (emails.length > 0)
      await enqueue({ ...of, by: 'mail', emails, subject, text, ...(html !== undefined && { html }) });
    if (webhookUrl !== null) await enqueue({ ...of, by: 'webhook', url: webhookUrl, body: JSON.stringify(payload) });
  };
}

/** Throws where another attempt may help; what no attempt brought is in the history of the plans it was about. */
async function bring(
  dependencies: DeliveryDependencies,
  payload: Payload,
  { signal, attempt }: JobContext,
): Promise<void> {
  const failure =
    payload.by === 'mail' ? await sendMail(dependencies, payload) : await callWebhook(dependencies, payload, signal);
  if (failure === undefined) return;
  dependencies.logger.warn({ by: payload.by, reason: failure.reason }, 'a notice about adoption plans was not taken');
  const isOver = !failure.isWorthRetrying || attempt >= MAX_ATTEMPTS;
  if (isOver) await writeDown(dependencies, payload, failure.reason);
  if (failure.isWorthRetrying) throw new Error(failure.reason);
}

async function writeDown(
  { controlStore, nowMs }: DeliveryDependencies,
  { workspaceId, planIds, by }: Payload,
  reason: string,
): Promise<void> {
  const text = `A notice by ${by} could not be brought: ${reason}`.slice(0, MAX_TEXT);
  await controlStore.withWorkspace(workspaceId, async (tx) => {
    // Plans that were deleted meanwhile have no history any more.
    const plans = await tx
      .select({ planId: adoptionPlans.id })
      .from(adoptionPlans)
      .where(sql`${adoptionPlans.id} = ${anyOf(planIds)}`);
    const of = { workspaceId, at: new Date(nowMs()), actorKind: SYSTEM.kind, actorId: actorId(SYSTEM) };
    for (const { planId } of plans) await insertHistory(tx, [{ kind: 'notice_failed', text }], { ...of, planId });
  });
}

type Failure = { readonly reason: string; readonly isWorthRetrying: boolean };

async function sendMail(
  { mailer }: DeliveryDependencies,
  { id, emails, subject, text, html }: Extract<Payload, { by: 'mail' }>,
): Promise<Failure | undefined> {
  const mail = { to: emails, subject, text, ...(html !== undefined && { html }), messageId: `<${id}@uptake>` };
  const result = await mailer.send(mail);
  return result.sent ? undefined : result;
}

async function callWebhook(
  { outbound, sign }: DeliveryDependencies,
  { id, workspaceId, url, body }: Extract<Payload, { by: 'webhook' }>,
  signal: AbortSignal,
): Promise<Failure | undefined> {
  const signature = await sign(workspaceId, { id, body });
  const headers = { 'content-type': 'application/json', ...signature };
  let response: OutboundResponse;
  try {
    // The queue tries again, with a new time to sign.
    response = await outbound.request({ url, method: 'POST', headers, body, tries: 1, signal });
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    return { reason: error.message, isWorthRetrying: error.isWorthRetrying };
  }
  const { status } = response;
  if (status >= 200 && status < 300) return undefined;
  return { reason: `${new URL(url).host} answered with ${status}.`, isWorthRetrying: status !== GONE };
}
