/**
 * Takes what is personal or secret out of a text. Every expression is linear: no nested repetition, every repetition
 * bounded or followed by a character it cannot itself match.
 */
import { isCardNumber, isIban, isIpv6 } from './numbers.ts';
import { type OnScrubbed, replacementOf, type ScrubRule } from './rules.ts';
import { HINT, scan } from './scan.ts';

const PEM = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----|$)/g;

/** Keys that vendors made recognisable, JSON Web Tokens, and the keys of Uptake itself. */
const TOKEN = new RegExp(
  [
    'eyJ[\\w-]{5,}\\.[\\w-]{5,}(?:\\.[\\w-]*){0,3}', // JSON Web Token, signed or encrypted
    'up[a-z]_[a-z]{1,2}_[\\w-]{16,}', // Uptake
    '(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}', // AWS
    'gh[pousr]_[A-Za-z0-9]{30,}|github_pat_\\w{22,}', // GitHub
    'gl(?:pat|ptt|dt|rt|cbt|ft|soat)-[\\w.-]{16,}', // GitLab
    'xox[a-z]-[\\w-]{10,}|xapp-[\\w-]{10,}', // Slack
    '[srp]k_(?:live|test)_[A-Za-z0-9]{10,}|whsec_[A-Za-z0-9+/=]{16,}', // Stripe
    'AIza[\\w-]{30,}|ya29\\.[\\w-]{16,}|GOCSPX-[\\w-]{20,}', // Google
    'sk-[A-Za-z0-9_-]{16,}', // OpenAI, Anthropic and their kin
    'SG\\.[\\w-]{16,}\\.[\\w-]{16,}|key-[0-9a-f]{32}', // SendGrid, Mailgun
    '(?:AC|SK)[0-9a-f]{32}', // Twilio
    'npm_[A-Za-z0-9]{30,}|pypi-[\\w-]{16,}|dckr_pat_[\\w-]{16,}', // registries
    'hf_[A-Za-z0-9]{30,}|shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}|dop_v1_[0-9a-f]{32,}|lin_api_\\w{16,}|dapi[0-9a-f]{32}',
    'hv[sbr]\\.[\\w-]{20,}|sq0[a-z]{3}-[\\w-]{20,}|NRAK-[A-Z0-9]{20,}|\\d{8,10}:AA[\\w-]{30,}', // Vault, Square, New Relic, Telegram
  ]
    .map((vendor) => `(?:${vendor})`)
    .join('|')
    .replace(/^/, '(?<![A-Za-z0-9])(?:')
    .replace(/$/, ')'),
  'g',
);

const AUTHORIZATION = /\b(bearer|basic|digest|token|apikey)(\s{1,4})([A-Za-z0-9._~+/=-]{8,})/gi;
const NAMED_SECRET =
  /(password|passwd|passphrase|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credentials?|authorization|session[_-]?id)("?'?\s{0,3}(?:=>|[:=])\s{0,3}"?'?)(?:(?:bearer|basic|digest|token|apikey)\s{1,3})?[^\s"'&,;<>(){}[\]]{3,}/gi;
const URL_CREDENTIALS = /\b([a-z][a-z0-9+.-]{1,20}:\/\/)[^\s/?#@]{1,200}@/gi;

const IPV4 = /(?<![\w.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\w]|\.\d)/g;
const IPV6 = /(?<![\w:.])(?=[0-9a-f:]{0,39}:)[0-9a-f:]{2,39}(?:\.\d{1,3}){0,3}(?![\w:])/gi;

const DIGIT_GROUPS = /\d[\d -]{11,}/g;
const IBAN = /\b[a-z]{2}\d{2}(?:[ -]?[a-z0-9]){11,30}\b/gi;
/**
 * Bare digits are numbers of orders as often as of phones, so one of these must be there: a plus or 00 in front, a
 * national prefix 0 with separators, the grouping of North America, or a word such as `tel`.
 */
const PHONE = new RegExp(
  [
    '(?<![\\w+])\\+\\d(?:[\\s().\\/\\u00a0\\u2010-\\u2013-]{0,3}\\d){6,14}(?!\\w)',
    '(?<![\\w.,:-])00[1-9](?:[\\s().\\/\\u00a0-]{0,2}\\d){7,13}(?!\\w)',
    '(?<![\\w.,:+-])(?:1[ .-])?(?:\\(\\d{3}\\) ?|\\d{3}[ .-])\\d{3}[ .-]\\d{4}(?![\\w]|[.-]\\d)',
    '(?<![\\w.,:+-])(?!\\d\\d[./-]\\d\\d[./-]\\d{4})\\(?0[1-9]\\d{0,4}\\)?[ \\/.-]{1,3}\\d(?:[ .-]?\\d){5,11}(?!\\w|[.:-]\\d)',
    '(?<=\\b(?:tel|telephone|phone|mobile|cell|fax|whatsapp|call|sms)(?:\\s(?:number|no|nr))?\\W{0,5})\\d(?:[\\s().\\/-]{0,2}\\d){6,14}(?!\\w)',
  ].join('|'),
  'gi',
);

/** The text with what the rules cover replaced; the very same text where there is nothing. */
export function scrubText(text: string, onScrubbed?: OnScrubbed): string {
  const hints = scan(text);
  return hints === 0 ? text : scrubHinted(text, hints, onScrubbed);
}

/** For a version number, which may look like an IPv4 address and is not one. */
export function scrubVersion(text: string, onScrubbed?: OnScrubbed): string {
  const hints = scan(text) & ~HINT.ipv4;
  return hints === 0 ? text : scrubHinted(text, hints, onScrubbed);
}

/** The order matters: what encloses goes before what it encloses, or half a secret would be left standing. */
function scrubHinted(original: string, hints: number, onScrubbed: OnScrubbed | undefined): string {
  let text = original;
  const found = (rule: ScrubRule): string => {
    onScrubbed?.(rule);
    return replacementOf(rule);
  };
  if (hints & HINT.pem) text = text.replace(PEM, () => found('private_key'));
  if (hints & HINT.email && text.includes('://')) {
    text = text.replace(URL_CREDENTIALS, (_match, scheme: string) => `${scheme}${found('credentials')}@`);
  }
  if (hints & HINT.token) text = text.replace(TOKEN, () => found('token'));
  if (hints & HINT.assignment) {
    text = text.replace(NAMED_SECRET, (_match, name: string, sign: string) => name + sign + found('secret'));
  }
  if (hints & HINT.authorization) {
    text = text.replace(AUTHORIZATION, (match, scheme: string, space: string, token: string) =>
      looksRandom(token) ? scheme + space + found('token') : match,
    );
  }
  if (hints & HINT.email) text = scrubEmails(text, found);
  if (hints & HINT.iban) text = text.replace(IBAN, (match) => (isIban(match) ? found('iban') : match));
  if (hints & HINT.ipv6) text = text.replace(IPV6, (match) => (isIpv6(match) ? found('ip') : match));
  if (hints & HINT.ipv4) text = text.replace(IPV4, () => found('ip'));
  if (hints & HINT.number) {
    text = text.replace(DIGIT_GROUPS, (run) => scrubCards(run, found));
    text = text.replace(PHONE, () => found('phone'));
  }
  return text;
}

/** Tells `Basic dXNlcjpwYXNz` from `basic subscription`. */
function looksRandom(text: string): boolean {
  return text.length >= 24 || /\d|[a-z][A-Z]|=$/.test(text);
}

/** A card may stand among other numbers (`2 x 4111 1111 1111 1111`), so every stretch of whole groups is tried. */
function scrubCards(run: string, found: (rule: ScrubRule) => string): string {
  const groups = [...run.matchAll(/\d+/g)];
  let scrubbed = '';
  let done = 0;
  for (let first = 0; first < groups.length; first++) {
    const last = endOfCard(groups, first);
    if (last === undefined) continue;
    scrubbed += run.slice(done, groups[first]!.index) + found('card');
    done = groups[last]!.index + groups[last]![0].length;
    first = last;
  }
  return done === 0 ? run : scrubbed + run.slice(done);
}

/** The group with which a card that begins at `first` ends. Cards are written in groups of three digits or more. */
function endOfCard(groups: readonly RegExpExecArray[], first: number): number | undefined {
  let digits = '';
  for (let at = first; at < groups.length; at++) {
    const group = groups[at]!;
    const previous = groups[at - 1];
    const isApart = at > first && group.index > previous!.index + previous![0].length + 1;
    if (isApart || group[0].length < 3 || digits.length + group[0].length > 19) return undefined;
    digits += group[0];
    if (digits.length >= 13 && isCardNumber(digits)) return at;
  }
  return undefined;
}

const LOCAL_PART = /[\p{L}\p{N}._%+'-]/u;
const DOMAIN =
  /^(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,62}\.){1,8}(?:\p{L}{2,24}|xn--[a-z0-9-]{2,40})|localhost(?![\p{L}\p{N}]))/iu;

/** From every `@` outward, since an expression would try every start before it. */
function scrubEmails(text: string, found: (rule: ScrubRule) => string): string {
  let scrubbed = '';
  let done = 0;
  for (const at of text.matchAll(/@|%40/g)) {
    const domainAt = at.index + at[0].length;
    const domain = DOMAIN.exec(text.slice(domainAt, domainAt + 254));
    if (domain === null || at.index < done) continue;
    let start = at.index;
    while (start > done && at.index - start < 64 && LOCAL_PART.test(text[start - 1]!)) start--;
    if (start === at.index) continue;
    scrubbed += text.slice(done, start) + found('email');
    done = domainAt + domain[0].length;
  }
  return done === 0 ? text : scrubbed + text.slice(done);
}
