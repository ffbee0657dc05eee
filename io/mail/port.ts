/** Mail that leaves the installation, where an operator named a server for it. */

export type Mail = {
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html?: string;
  /** The same again when the same mail is tried again, so that receivers can drop the copy. */
  readonly messageId?: string;
};

/** Why a mail did not leave, in words for whoever waits for it; never credentials, never what the mail says. */
export type MailResult =
  | { readonly sent: true; readonly refusedAddresses: readonly string[] }
  | { readonly sent: false; readonly reason: string; readonly isWorthRetrying: boolean };

export interface Mailer {
  /** False where no server is configured: then every mail is answered with that. */
  readonly isConfigured: boolean;
  /** Never rejects. */
  send(mail: Mail): Promise<MailResult>;
  close(): void;
}
