/** Finds email addresses, also where somebody wrote the @ in words to hide them from programs. */
import type { ScrubRule } from './rules.ts';

const LOCAL_PART = /[\p{L}\p{N}._%+'-]/u;
/** Scripts without spaces: what stands before a Latin address belongs to the sentence and not to the address. */
const NO_SPACES = '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Hangul}\\p{Script=Thai}';
const WITHOUT_SPACES = new RegExp(`[${NO_SPACES}]`, 'u');
/** A Latin top-level domain ends where Latin letters end; `.рф` and its kin end where letters end. */
const DOMAIN = new RegExp(
  `^(?:(?:[\\p{L}\\p{N}](?:[\\p{L}\\p{N}-]{0,62})\\.){1,8}(?:xn--[a-z0-9-]{2,40}|[a-z]{2,24}(?![a-z0-9-])|(?:(?![a-z${NO_SPACES}])\\p{L}\\p{M}?){2,24}|[${NO_SPACES}]{2,3})|localhost(?![\\p{L}\\p{N}]))`,
  'iu',
);
/** `icon@2x.png` names the density of a picture. */
const PICTURE = /^\d(?:\.\d)?x\.(?:png|jpe?g|gif|webp|svg|avif)/i;

const OPEN = '[(\\[{<]';
const CLOSE = '[)\\]}>]';
const BRACKETED_AT = new RegExp(`${OPEN} ?(?:at|@|ät|arroba) ?${CLOSE}`, 'i');
const BRACKETED = new RegExp(
  `[\\p{L}\\p{N}._%+-]{1,64} ?${OPEN} ?(?:at|@|ät|arroba) ?${CLOSE} ?[a-z0-9-]{1,63}(?: ?(?:\\.|${OPEN} ?(?:dot|\\.|punkt|punto|point) ?${CLOSE}) ?[a-z0-9-]{2,63}){1,4}`,
  'giu',
);
const SPOKEN =
  /(?<![\w.-])[\w.+-]{1,64} at [a-z0-9-]{1,63}(?: dot [a-z0-9-]{1,63}){0,3} dot (?:com|org|net|io|dev|co|ai|app|edu|gov|info|biz|de|uk|fr|es|it|nl|eu)\b/gi;

/** From every `@` outward, since an expression would try every start before it. */
export function scrubEmails(text: string, found: (rule: ScrubRule) => string): string {
  let scrubbed = '';
  let done = 0;
  for (const at of text.matchAll(/@|%40/g)) {
    const domainAt = at.index + at[0].length;
    const domain = DOMAIN.exec(text.slice(domainAt, domainAt + 254));
    if (domain === null || at.index < done || PICTURE.test(domain[0])) continue;
    const start = startOfLocalPart(text, at.index, done);
    if (start === at.index) continue;
    scrubbed += text.slice(done, start) + found('email');
    done = domainAt + domain[0].length;
  }
  return done === 0 ? text : scrubbed + text.slice(done);
}

function startOfLocalPart(text: string, at: number, done: number): number {
  const isLatin = at > 0 && text.charCodeAt(at - 1) < 128;
  let start = at;
  while (start > done && at - start < 64) {
    const before = text[start - 1]!;
    if (!LOCAL_PART.test(before) || (isLatin && WITHOUT_SPACES.test(before))) break;
    start--;
  }
  return start;
}

/** `jane [at] acme [dot] com` and `jane at acme dot com`. */
export function scrubWordedEmails(text: string, found: (rule: ScrubRule) => string): string {
  let scrubbed = text;
  if (BRACKETED_AT.test(scrubbed)) scrubbed = scrubbed.replace(BRACKETED, () => found('email'));
  if (scrubbed.includes(' dot ')) scrubbed = scrubbed.replace(SPOKEN, () => found('email'));
  return scrubbed;
}
