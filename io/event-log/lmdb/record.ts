/**
 * A log record as bytes: a fixed header, the workspace id, then the rows exactly as the event store will read them.
 *
 *   0  u8   layout (1)              8  f64  appendedAtMs
 *   1  u8   workspace id bytes     16  f64  events before this record, since the log began
 *   2  u8   row version            24  f64  bytes before this record, since the log began
 *   3  u8   kind                   32       workspace id, rows
 *   4  u32  rows
 *
 * The running totals make every consumer's lag two subtractions instead of a scan.
 */
import { type LogRecord, RECORD_KINDS, type RecordKind } from '../port.ts';

const LAYOUT = 1;
const HEADER_BYTES = 32;

/** Where in the log's history a record starts. */
export type Totals = { readonly events: number; readonly bytes: number };

/** A record without its place in the log; `sealRecord` adds that when its group is committed. */
export function encodeRecord(
  workspaceId: string,
  { kind, rowVersion }: { kind: RecordKind; rowVersion: number },
  rowCount: number,
  rows: string,
): Buffer {
  const workspaceBytes = Buffer.byteLength(workspaceId);
  if (workspaceBytes > 255) throw new RangeError('a workspace id is at most 255 bytes');
  const buffer = Buffer.allocUnsafe(HEADER_BYTES + workspaceBytes + Buffer.byteLength(rows));
  buffer[0] = LAYOUT;
  buffer[1] = workspaceBytes;
  buffer[2] = rowVersion;
  buffer[3] = RECORD_KINDS.indexOf(kind);
  buffer.writeUInt32LE(rowCount, 4);
  buffer.write(workspaceId, HEADER_BYTES);
  buffer.write(rows, HEADER_BYTES + workspaceBytes);
  return buffer;
}

export function sealRecord(buffer: Buffer, appendedAtMs: number, before: Totals): void {
  buffer.writeDoubleLE(appendedAtMs, 8);
  buffer.writeDoubleLE(before.events, 16);
  buffer.writeDoubleLE(before.bytes, 24);
}

export function decodeRecord(position: number, buffer: Buffer): LogRecord {
  if (buffer[0] !== LAYOUT) {
    throw new Error(`log record ${position} has layout ${buffer[0]}, which this version cannot read`);
  }
  const kind = RECORD_KINDS[buffer[3]!];
  if (kind === undefined) {
    throw new Error(`log record ${position} is of kind ${buffer[3]}, which this version does not know`);
  }
  const rowsAt = HEADER_BYTES + buffer[1]!;
  return {
    kind,
    position: BigInt(position),
    workspaceId: buffer.toString('utf8', HEADER_BYTES, rowsAt),
    appendedAtMs: buffer.readDoubleLE(8),
    rowVersion: buffer[2]!,
    eventCount: buffer.readUInt32LE(4),
    rows: buffer.subarray(rowsAt),
  };
}

export function totalsBefore(buffer: Buffer): Totals {
  return { events: buffer.readDoubleLE(16), bytes: buffer.readDoubleLE(24) };
}

export function appendedAtMs(buffer: Buffer): number {
  return buffer.readDoubleLE(8);
}
