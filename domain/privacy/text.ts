/**
 * Takes what is personal or secret out of a text. Every expression is linear: no nested repetition, every repetition
 * bounded or followed by a character it cannot itself match.
 */
import {
  scrubNamedSecrets,
  scrubPrivateKeys,
  scrubTokens,
  scrubToldSecrets,
  scrubUrlCredentials,
} from './credentials.ts';
import { scrubEmails, scrubWordedEmails } from './emails.ts';
import { fold, unfold } from './fold.ts';
import { scrubIdentityNumbers } from './identity-numbers.ts';
import { ibanAt, isCardNumber, isIpv6 } from './numbers.ts';
import { scrubPhones } from './phones.ts';
import { type OnScrubbed, replacementOf, type ScrubRule } from './rules.ts';
import { HINT, scan } from './scan.ts';

/**
 * Four numbers with dots are a version behind the word or the sign of one, the name of a browser, or before the ending of a
 * package (`version 1.2.3.4`, `==1.2.3.4`, `Chrome/120.0.0.0`, `pkg-1.2.3.4.tgz`), else an address.
 */
const OF_A_VERSION = [
  '[~^]|==|>=',
  '\\b(?:version|release|build|ver\\.?|v\\.?)[ :=]{1,2}',
  '\\b(?:(?:Headless)?Chrom(?:e|ium)|CriOS|Edg(?:e|A|iOS)?|OPR|Opera|Firefox|FxiOS|Safari|Version|Electron|YaBrowser|Vivaldi|SamsungBrowser|Trident)/',
].join('|');
const OCTET = '(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)';
const IPV4 = new RegExp(
  `(?<![\\w.]|${OF_A_VERSION})(?:${OCTET}\\.){3}${OCTET}(?!\\w|\\.\\d|\\.(?:tgz|tar|zip|jar|whl|gz|exe|dmg|deb|rpm)\\b)`,
  'gi',
);
/** Degrees to ten metres or finer. Two such numbers beside each other are a place as often as anything else. */
const COORDINATES =
  /(?<![\w.])[-+]?\d{1,2}\.\d{4,15}\s?°?\s?[NS]?\s{0,2}[,;/ ]\s{0,2}[-+]?\d{1,3}\.\d{4,15}(?:\s?°)?(?:\s?[EWO]\b)?(?!\w|\.\d)/g;
const IPV6 = /(?<!\w|\d\.|[0-9a-f:]:)(?=[0-9a-f:]{0,39}:)[0-9a-f:]{2,40}(?:\.\d{1,3}){0,3}(?![\w:])/gi;
const DIGIT_GROUPS = /\d[\d -]{11,}/g;

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

function scrubHinted(text: string, hints: number, onScrubbed: OnScrubbed | undefined): string {
  if (!(hints & HINT.disguise)) return scrubPlain(text, hints, onScrubbed);
  const folded = fold(text);
  const scrubbed = scrubPlain(folded.text, scan(folded.text), onScrubbed);
  return scrubbed === folded.text ? text : unfold(text, folded, scrubbed);
}

/** The order matters: what encloses goes before what it encloses, or half a secret would be left standing. */
function scrubPlain(original: string, hints: number, onScrubbed: OnScrubbed | undefined): string {
  let text = original;
  const found = (rule: ScrubRule): string => {
    onScrubbed?.(rule);
    return replacementOf(rule);
  };
  if (hints & HINT.pem) text = scrubPrivateKeys(text, found);
  if (hints & HINT.email && text.includes('://')) text = scrubUrlCredentials(text, found);
  if (hints & HINT.token) text = scrubTokens(text, found);
  if (hints & HINT.assignment) text = scrubNamedSecrets(text, found);
  if (hints & HINT.authorization) text = scrubToldSecrets(text, found);
  if (hints & HINT.email) text = scrubEmails(text, found);
  if (hints & HINT.worded) text = scrubWordedEmails(text, found);
  if (hints & HINT.iban) text = scrubIbans(text, found);
  if (hints & HINT.ipv6) text = text.replace(IPV6, (match) => scrubIpv6(match, found));
  if (hints & HINT.ipv4) text = text.replace(IPV4, () => found('ip'));
  if (hints & HINT.coordinates) text = text.replace(COORDINATES, () => found('location'));
  if (hints & HINT.number) text = text.replace(DIGIT_GROUPS, (run) => scrubCards(run, found));
  if (hints & HINT.identity) text = scrubIdentityNumbers(text, found);
  if (hints & HINT.number) text = scrubPhones(text, found);
  return text;
}

const IBAN_START = /(?<![a-z0-9])[a-z]{2}\d{2}(?=[ -]?[a-z0-9])/gi;

function scrubIbans(text: string, found: (rule: ScrubRule) => string): string {
  let scrubbed = '';
  let done = 0;
  for (const { index } of text.matchAll(IBAN_START)) {
    const end = index < done ? undefined : ibanAt(text, index);
    if (end === undefined) continue;
    scrubbed += text.slice(done, index) + found('iban');
    done = end;
  }
  return done === 0 ? text : scrubbed + text.slice(done);
}

/** A colon of the sentence may stand before the address (`from:::1`), or after it. */
function scrubIpv6(match: string, found: (rule: ScrubRule) => string): string {
  if (isIpv6(match)) return found('ip');
  const isBehindColon = match.startsWith(':') && isIpv6(match.slice(1));
  return isBehindColon ? `:${found('ip')}` : match;
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
