/**
 * Undoes what hides a text from patterns and not from people: digits of other scripts, full-width letters, invisible
 * marks and typeset spaces and hyphens.
 */

/** True for characters that `fold` turns into ASCII or drops. Called for characters beyond ASCII alone. */
export function isDisguise(code: number): boolean {
  if (code < 0x2000) {
    return code === 0xa0 || code === 0xad || digitOf(code) !== undefined || code === 0x180e;
  }
  if (code <= 0x206f) return code <= 0x2015 || (code >= 0x202a && code <= 0x202f) || code >= 0x205f;
  return (code >= 0xff01 && code <= 0xff5e) || code === 0xfeff || code === 0x3000 || code === 0x2212;
}

/** First digits of the scripts whose users type them: Arabic, Persian, and those of India and South-East Asia. */
const ZEROS = [0x660, 0x6f0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50, 0xed0, 0x17e0];

function digitOf(code: number): number | undefined {
  if (code < 0x660) return undefined;
  for (const zero of ZEROS) {
    if (code >= zero && code <= zero + 9) return code - zero;
  }
  return undefined;
}

function plain(code: number): string {
  if (code >= 0xff01 && code <= 0xff5e) return String.fromCharCode(code - 0xfee0);
  const digit = digitOf(code);
  if (digit !== undefined) return String(digit);
  if ((code >= 0x2010 && code <= 0x2015) || code === 0x2212) return '-';
  const isSpace = code === 0xa0 || code === 0x3000 || code === 0x202f || code === 0x205f || code <= 0x200a;
  return isSpace && code !== 0xad && code !== 0x180e ? ' ' : '';
}

export type Folded = {
  readonly text: string;
  /** By position in `text` the position in the original; one more for the end. */
  readonly origins: readonly number[];
};

export function fold(text: string): Folded {
  const origins: number[] = [];
  let folded = '';
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const kept = code >= 128 && isDisguise(code) ? plain(code) : text[at]!;
    if (kept === '') continue;
    folded += kept;
    origins.push(at);
  }
  origins.push(text.length);
  return { text: folded, origins };
}

/** What was scrubbed of the folded text, with the original's own characters before the first and after the last change. */
export function unfold(original: string, { text, origins }: Folded, scrubbed: string): string {
  const shorter = Math.min(text.length, scrubbed.length);
  let head = 0;
  while (head < shorter && text[head] === scrubbed[head]) head++;
  let tail = 0;
  while (tail < shorter - head && text[text.length - 1 - tail] === scrubbed[scrubbed.length - 1 - tail]) tail++;
  const middle = scrubbed.slice(head, scrubbed.length - tail);
  // From behind the last character that changed, so that a mark which closes a direction stays with the one that opens it.
  const lastChanged = text.length - tail - 1;
  return original.slice(0, origins[head]) + middle + original.slice(lastChanged < 0 ? 0 : origins[lastChanged]! + 1);
}
