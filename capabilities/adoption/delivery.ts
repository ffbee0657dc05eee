/** Brings what is told about plans to its receivers: each mail and each webhook a job of its own, tried again where that helps. */
import type { Jobs } from '@uptake/io/jobs';
import type { Mailer } from '@uptake/io/mail';
import { type Outbound, OutboundError, type OutboundResponse } from '@uptake/io/outbound';
import type { AdoptionDependencies } from './dependencies.ts';
import type { SignNotice } from './notice-signer.ts';

const SEND = 'adoption.send';
const TIMEOUT_MS = 60_000;
const MAX_ATTEMPTS = 4;
const FIRST_PAUSE_MS = 60_000;
/** The receiver is no longer there and says so (RFC 9110): more tries would be noise. */
const GONE = 410;

/** What is told, and to whom. */
export type Told = {
  readonly workspaceId: string;
  readonly emails: readonly string[];
  readonly webhookUrl: string | null;
  readonly subject: string;
  readonly text: string;
  readonly html?: string;
  /** The body of the webhook, as JSON. */
  readonly payload: unknown;
};

export type DeliveryDependencies = Pick<AdoptionDependencies, 'logger' | 'newId'> & {
  readonly jobs: Jobs;
  readonly mailer: Pick<Mailer, 'send'>;
  readonly outbound: Pick<Outbound, 'request'>;
  readonly sign: SignNotice;
};

/** Resolves once it is kept. */
export type Deliver = (told: Told) => Promise<void>;

/** A receiver knows a repetition by the id, of the mail and of the message. */
type Payload = { readonly id: string } & (
  | {
      readonly by: 'mail';
      readonly emails: readonly string[];
      readonly subject: string;
      readonly text: string;
      readonly html?: string;
    }
  | { readonly by: 'webhook'; readonly workspaceId: string; readonly url: string; readonly body: string }
);

export function createDelivery(dependencies: DeliveryDependencies): Deliver {
  const { jobs, newId } = dependencies;
  jobs.define<Payload>({
    name: SEND,
    maxAttempts: MAX_ATTEMPTS,
    backoffMs: FIRST_PAUSE_MS,
    timeoutMs: TIMEOUT_MS,
    waitsForOthers: true,
    run: (payload, { signal }) =>
      payload.by === 'mail' ? sendMail(dependencies, payload) : callWebhook(dependencies, payload, signal),
  });
  const enqueue = (payload: Payload) => jobs.enqueue<Payload>(SEND, payload, { key: payload.id });
  return async ({ workspaceId, emails, webhookUrl, subject, text, html, payload }) => {
    if (emails.length > 0)
      await enqueue({ by: 'mail', id: newId(), emails, subject, text, ...(html !== undefined && { html }) });
    if (webhookUrl !== null)
      await enqueue({ by: 'webhook', id: newId(), workspaceId, url: webhookUrl, body: JSON.stringify(payload) });
  };
}

async function sendMail(
  { logger, mailer }: DeliveryDependencies,
  { id, emails, subject, text, html }: Extract<Payload, { by: 'mail' }>,
): Promise<void> {
  const mail = { to: emails, subject, text, ...(html !== undefined && { html }), messageId: `<${id}@uptake>` };
  const result = await mailer.send(mail);
  if (result.sent) return;
  logger.warn({ reason: result.reason }, 'a mail about adoption plans did not leave');
  if (result.isWorthRetrying) throw new Error(result.reason);
}

async function callWebhook(
  { logger, outbound, sign }: DeliveryDependencies,
  { id, workspaceId, url, body }: Extract<Payload, { by: 'webhook' }>,
  signal: AbortSignal,
): Promise<void> {
  const signature = await sign(workspaceId, { id, body });
  const headers = { 'content-type': 'application/json', ...signature };
  const refuse = (reason: string) => logger.warn({ reason }, 'a webhook about adoption plans was not taken');
  let response: OutboundResponse;
  try {
    // The queue tries again, with a new time to sign.
    response = await outbound.request({ url, method: 'POST', headers, body, tries: 1, signal });
  } catch (error) {
    if (!(error instanceof OutboundError) || error.isWorthRetrying) throw error;
    refuse(error.message);
    return;
  }
  const { status } = response;
  if (status >= 200 && status < 300) return;
  const reason = `${new URL(url).host} answered with ${status}.`;
  refuse(reason);
  if (status !== GONE) throw new Error(reason);
}
