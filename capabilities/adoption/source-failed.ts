/** Why a source brought no values. */

/** The other side did not give values; the message is for a person and holds no credentials. */
export class SourceFailed extends Error {
  override readonly name = 'SourceFailed';
  readonly isRetriable: boolean;

  constructor(message: string, options: { readonly isRetriable: boolean; readonly cause?: unknown }) {
    super(message, { cause: options.cause });
    this.isRetriable = options.isRetriable;
  }
}
