/** Sends mail through an SMTP server; without one, says so. */
import { createTransport } from 'nodemailer';
import type { Mail, Mailer, MailResult } from './port.ts';

export type SmtpOptions = {
  /** `smtp://user:password@host:587` or `smtps://…:465`; nothing is sent where absent. */
  readonly url: string | undefined;
  /** Sender address. */
  readonly from: string;
};

const CONNECT_TIMEOUT_MS = 10_000;
const ANSWER_TIMEOUT_MS = 20_000;
const MAX_RECIPIENTS = 50;
const MAX_SUBJECT = 200;

const NOT_CONFIGURED = 'No mail server is configured (UPTAKE_SMTP_URL), so mail stays here.';

export function createMailer({ url, from }: SmtpOptions): Mailer {
  if (url === undefined) {
    const refusal: MailResult = { sent: false, reason: NOT_CONFIGURED, isWorthRetrying: false };
    return { isConfigured: false, send: async () => refusal, close: () => undefined };
  }
  const transport = createTransport(
    {
      ...serverOf(url),
      connectionTimeout: CONNECT_TIMEOUT_MS,
      greetingTimeout: CONNECT_TIMEOUT_MS,
      socketTimeout: ANSWER_TIMEOUT_MS,
      // A mail is made of texts of ours; nothing in it may make this process read a file or ask an address.
      disableFileAccess: true,
      disableUrlAccess: true,
    },
    { from },
  );
  return {
    isConfigured: true,
    async send(mail) {
      const wrong = mistakeOf(mail);
      if (wrong !== undefined) return { sent: false, reason: wrong, isWorthRetrying: false };
      try {
        const { subject, text, html, messageId } = mail;
        const answer = await transport.sendMail({
          to: [...mail.to],
          subject,
          text,
          ...(html !== undefined && { html }),
          ...(messageId !== undefined && { messageId }),
        });
        return { sent: true, refusedAddresses: answer.rejected.map(String) };
      } catch (error) {
        return failure(error);
      }
    },
    close: () => transport.close(),
  };
}

/** `smtps:` is encrypted from the beginning; `smtp:` becomes so where the server offers it. */
function serverOf(text: string) {
  const { protocol, hostname, port, username, password } = new URL(text);
  const secure = protocol === 'smtps:';
  const auth = { user: decodeURIComponent(username), pass: decodeURIComponent(password) };
  return {
    host: hostname,
    port: port === '' ? (secure ? 465 : 587) : Number(port),
    secure,
    ...(username !== '' && { auth }),
  };
}

function mistakeOf({ to, subject }: Mail): string | undefined {
  if (to.length === 0) return 'The mail is to nobody.';
  if (to.length > MAX_RECIPIENTS)
    return `The mail is to ${to.length} addresses; at most ${MAX_RECIPIENTS} are allowed.`;
  if (subject.length > MAX_SUBJECT || /[\r\n]/.test(subject))
    return 'The subject is one line of at most 200 characters.';
  const odd = to.find((address) => !/^[^\s@<>,;"]+@[^\s@<>,;"]+$/.test(address));
  return odd === undefined ? undefined : 'One of the addresses is none; write name@example.com.';
}

type SmtpError = Error & { readonly code?: string; readonly responseCode?: number };

/** By what kind of failure it is, and not in the server's words: those may repeat addresses and credentials. */
function failure(error: unknown): MailResult {
  const { code, responseCode } = error as SmtpError;
  const said = responseCode === undefined ? '' : ` (${responseCode})`;
  const reason = REASONS[code ?? ''] ?? 'The mail server could not be used';
  // 4xx answers are of the moment, 5xx for good (RFC 5321, section 4.2.1); without an answer it is the way there.
  const isOfTheMoment = responseCode === undefined ? code !== 'EAUTH' : responseCode < 500;
  return { sent: false, reason: `${reason}${said}.`, isWorthRetrying: isOfTheMoment };
}

const REASONS: Readonly<Record<string, string>> = {
  EAUTH: 'The mail server refused user and password of UPTAKE_SMTP_URL',
  EENVELOPE: 'The mail server refused the sender or every address',
  EMESSAGE: 'The mail server refused the message',
  ECONNECTION: 'The mail server did not answer',
  ECONNREFUSED: 'The mail server did not answer',
  ETIMEDOUT: 'The mail server did not answer in time',
  EDNS: 'The name of the mail server is not known',
  ESOCKET: 'The connection to the mail server broke',
  ETLS: 'No safe connection to the mail server could be made',
};
