/** A file that came with an operation: whole, in memory, and gone with the request. */
export class UploadedFile {
  /** As the sender called it, without folders; for people to read, never a path. */
  readonly name: string;
  readonly bytes: Buffer;

  constructor(name: string, bytes: Buffer) {
    this.name = name;
    this.bytes = bytes;
  }
}
