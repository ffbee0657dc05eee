/**
 * Tells from a property's name that its value is personal or secret, whatever it looks like: `contact_email`, `phoneNumber`,
 * `password`. What counts is the last word, as in English: `email_count` is a number of emails and stays.
 */
import type { ScrubRule } from './rules.ts';

export type NamedRule = { readonly rule: ScrubRule; readonly keepsNumbers: boolean };

/** Matched against the name's words, lower-case and joined by spaces. */
const NAMES: readonly (readonly [ScrubRule, RegExp])[] = [
  ['email', /(?:^| )(?:e ?mails?|e ?mail address(?:es)?|mail address)$/],
  [
    'phone',
    /(?:^| )(?:(?:tele)?phones?|mobile|cell ?phone|tel|fax|msisdn|whatsapp)(?: (?:number|numbers|no|nr))?$|^(?:tele)?phonenumber$/,
  ],
  ['ip', /(?:^| )(?:ip|ips|ipv4|ipv6|ip ?addr(?:ess(?:es)?)?|ipv[46] address|remote addr(?:ess)?|x forwarded for)$/],
  [
    'address',
    /(?:^| )(?:addr|address(?:es)?|address line|street(?: name| number)?|house number|postal ?code|post ?code|zip ?code)$|^zip$/,
  ],
  ['user_agent', /(?:^| )(?:user ?agent|ua)$/],
  ['card', /(?:^| )(?:card ?number|credit ?card|debit ?card|card no)$/],
  ['iban', /(?:^| )(?:iban|bank account|account number|routing number|sort code)$/],
  [
    'secret',
    /(?:^| )(?:passwords?|passwd|pwd|pass ?phrase|pass ?code|secrets?|tokens?|(?:api|access|private|secret|encryption|signing|session) ?keys?|credentials?|authorization|auth header|(?:set )?cookies?|otp|pin|cvv|cvc|csrf|xsrf|jwt|bearer)$/,
  ],
  [
    'name',
    /(?:^| )(?:(?:first|last|full|given|family|middle|maiden|user|person|contact|employee|patient) ?names?|surname|nick ?name)$/,
  ],
  [
    'location',
    /(?:^| )(?:latitude|longitude|lat|lng|lon|lat ?lng|lat ?lon|coords?|coordinates?|geo ?location|gps|geo ?point)$/,
  ],
  [
    'identity',
    /(?:^| )(?:ssn|social security (?:number|no)|passport(?: (?:number|no))?|tax id|national id|id card(?: number)?|driver'?s? licen[cs]e(?: number)?|date of birth|birth ?dates?|birth ?day|dob)$/,
  ],
];

/** Words that say nothing about what the value is. */
const NEUTRAL_END = / (?:values?|raw|plain|plaintext|text|string|str|original|input|\d+)$/;
const COUNTED = /(?:^| )tokens?$/;

/** The rule a property's name calls for. Not cheap: keep the answer (`Scrubber` does). */
export function ruleOfName(name: string): NamedRule | undefined {
  let words = wordsOf(name);
  for (let shorter = words.replace(NEUTRAL_END, ''); shorter !== words; shorter = words.replace(NEUTRAL_END, '')) {
    words = shorter;
  }
  for (const [rule, pattern] of NAMES) {
    // `input_tokens: 1200` counts; `token: "…"` does not.
    if (pattern.test(words)) return { rule, keepsNumbers: COUNTED.test(words) };
  }
  return undefined;
}

/** `contactEmail`, `contact-email` and `Contact_Email` are the words `contact email`. */
export function wordsOf(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .replace(/[^\p{L}\p{N}']+/gu, ' ')
    .trim()
    .toLowerCase()
    .replace(/([a-z])(\d+)$/, (match: string, letter: string, digits: string) =>
      /ipv[46]$/.test(name.toLowerCase()) ? match : `${letter} ${digits}`,
    );
}
