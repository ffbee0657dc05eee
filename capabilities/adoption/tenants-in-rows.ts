/** Which tenants the rows of a log record are of, read without parsing the rows: every accepted event passes here. */
import { EVENT_COLUMNS } from '@uptake/domain/contract';

const TENANT = EVENT_COLUMNS.indexOf('tenant_id');
const [QUOTE, BACKSLASH, COMMA, LINE_END] = [0x22, 0x5c, 0x2c, 0x0a];

/**
 * `rows` as the log keeps them: one JSON array a line, `tenant_id` at the same place in every row version. Measured: 0.7 µs a
 * row; `JSON.parse` takes 3.5, and looking for each of a thousand tenants as text took 330.
 */
export function tenantsInRows(rows: Uint8Array): ReadonlySet<string> {
  const bytes = Buffer.from(rows.buffer, rows.byteOffset, rows.byteLength);
  const tenants = new Set<string>();
  for (let start = 0; start < bytes.length; ) {
    const tenant = tenantAt(bytes, start);
    if (tenant !== undefined) tenants.add(tenant);
    const end = bytes.indexOf(LINE_END, start);
    start = end === -1 ? bytes.length : end + 1;
  }
  return tenants;
}

/** Of the row that begins here; `undefined` where it has none. */
function tenantAt(bytes: Buffer, start: number): string | undefined {
  let at = start + 1;
  for (let column = 0; column < TENANT; at++) {
    if (at >= bytes.length) return undefined;
    if (bytes[at] === QUOTE) at = closingQuote(bytes, at);
    else if (bytes[at] === COMMA) column += 1;
  }
  if (bytes[at] !== QUOTE) return undefined;
  const text = bytes.toString('utf8', at + 1, closingQuote(bytes, at));
  return text.includes('\\') ? (JSON.parse(`"${text}"`) as string) : text;
}

function closingQuote(bytes: Buffer, opening: number): number {
  let at = opening + 1;
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return at;
}
