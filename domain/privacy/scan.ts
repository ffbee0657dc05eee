/**
 * One pass over a text that says which patterns could possibly match, so that the ordinary text, which holds nothing
 * personal, costs about a nanosecond a character and no regular expression at all.
 */

import { isDisguise } from './fold.ts';

export const HINT = {
  email: 1,
  /** Seven digits or more that only spaces and the punctuation of numbers separate. */
  number: 2,
  ipv4: 4,
  ipv6: 8,
  /** A run of 15 or more characters of which tokens are made. */
  token: 16,
  /** `:` or `=`, as in `password: x`. */
  assignment: 32,
  iban: 64,
  pem: 128,
  /** A space and a run long enough to follow `Bearer`. */
  authorization: 256,
  /** As many digits as the shortest number of an identity paper has. */
  identity: 512,
  /** A bracket or ` dot `, as in `jane [at] acme dot com`. */
  worded: 1024,
  /** Characters that look like others: the text must be folded before it is looked at. */
  disguise: 2048,
  /** Two numbers with many digits behind the point. */
  coordinates: 4096,
} as const;

const DIGIT = 1;
const NUMBER_PUNCTUATION = 2;
const TOKEN = 4;
const AT = 8;
const DOT = 16;
const COLON = 32;
const EQUALS = 64;
const PERCENT = 128;
const SPACE = 256;
const BRACKET = 512;

const CLASS = new Uint16Array(128);
for (let code = 48; code <= 57; code++) CLASS[code] = DIGIT | TOKEN;
for (let code = 65; code <= 90; code++) CLASS[code] = TOKEN;
for (let code = 97; code <= 122; code++) CLASS[code] = TOKEN;
for (const character of ' ()+/') CLASS[character.charCodeAt(0)]! |= NUMBER_PUNCTUATION;
for (const character of '_-.+/~') CLASS[character.charCodeAt(0)]! |= TOKEN;
for (const character of '-.') CLASS[character.charCodeAt(0)]! |= NUMBER_PUNCTUATION;
CLASS[64]! |= AT;
CLASS[46]! |= DOT;
CLASS[58]! |= COLON;
CLASS[61]! |= EQUALS;
CLASS[37]! |= PERCENT;
CLASS[32]! |= SPACE;
for (const character of '([{<') CLASS[character.charCodeAt(0)]! |= BRACKET;

const SHORTEST_TOKEN = 15;
const SHORTEST_AUTHORIZATION = 8;
const SHORTEST_PHONE_DIGITS = 7;
const SHORTEST_IDENTITY = 9;
const SHORTEST_IBAN = 15;
const COORDINATE_DIGITS = 10;
const IDENTITY_DIGITS = 4;
const SHORTEST_WORDED_EMAIL = 12;

/** Bits of `HINT`; 0 for a text that no rule can match. */
export function scan(text: string): number {
  const length = text.length;
  let at = 0;
  while (at < length && CLASS[text.charCodeAt(at)] === TOKEN) at++;
  // A word of letters and underscores alone: short it is nothing, long it may be a token.
  if (at === length) return length >= SHORTEST_TOKEN ? HINT.token : 0;
  let seen = 0;
  let digits = 0;
  let runDigits = 0;
  let longestDigits = 0;
  let tokenRun = 0;
  let longestToken = 0;
  let dots = 0;
  let colons = 0;
  for (at = 0; at < length; at++) {
    const code = text.charCodeAt(at);
    // Beyond ASCII only the no-break spaces and dashes of typeset phone numbers matter, and they end a token as a space does.
    let classes = NUMBER_PUNCTUATION;
    if (code < 128) classes = CLASS[code]!;
    else if (isDisguise(code)) return HINT.disguise;
    seen |= classes;
    if (classes & DIGIT) {
      digits++;
      runDigits++;
      if (runDigits > longestDigits) longestDigits = runDigits;
    } else if (!(classes & NUMBER_PUNCTUATION)) {
      runDigits = 0;
    }
    if (classes & TOKEN) {
      tokenRun++;
      if (tokenRun > longestToken) longestToken = tokenRun;
    } else {
      tokenRun = 0;
    }
    if (classes & DOT) dots++;
    if (classes & COLON) colons++;
  }
  let hints = 0;
  if (seen & (AT | PERCENT)) hints |= HINT.email;
  if (longestDigits >= SHORTEST_PHONE_DIGITS) hints |= HINT.number;
  if (dots >= 3 && digits >= 4) hints |= HINT.ipv4;
  if (dots >= 2 && digits >= COORDINATE_DIGITS) hints |= HINT.coordinates;
  if (colons >= 2) hints |= HINT.ipv6;
  if (longestToken >= SHORTEST_TOKEN) hints |= HINT.token;
  if (seen & (COLON | EQUALS)) hints |= HINT.assignment;
  if (digits >= 2 && length >= SHORTEST_IBAN) hints |= HINT.iban;
  if (seen & SPACE && longestToken >= SHORTEST_AUTHORIZATION) hints |= HINT.authorization;
  if (digits >= IDENTITY_DIGITS && length >= SHORTEST_IDENTITY) hints |= HINT.identity;
  if (length >= SHORTEST_WORDED_EMAIL && (seen & BRACKET || (seen & SPACE && text.includes(' dot ')))) {
    hints |= HINT.worded;
  }
  if (length >= 20 && text.includes('-----BEGIN')) hints |= HINT.pem;
  return hints;
}
