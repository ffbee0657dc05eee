/** Numbers that carry their own proof: payment cards (ISO/IEC 7812), bank accounts (ISO 13616) and IP addresses. */

/**
 * Prefixes and lengths of the issuers in use; without them one in ten long numbers would pass the Luhn check. Visa's old
 * length of thirteen is left out: no card has it any more, and every article number of a German product (EAN) does.
 */
const CARD_ISSUERS =
  /^(?:4(?:\d{15}|\d{18})|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}|(?:6011|64[4-9]\d|65\d\d)\d{12,15}|62\d{14,17}|35(?:2[89]|[3-8]\d)\d{12}|(?:50|5[6-9]|6[37])\d{14})$/;

export function isCardNumber(digits: string): boolean {
  return CARD_ISSUERS.test(digits) && passesLuhn(digits);
}

/** ISO/IEC 7812-1 annex B. */
export function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let at = digits.length - 1, isDoubled = false; at >= 0; at--, isDoubled = !isDoubled) {
    const digit = digits.charCodeAt(at) - 48;
    const doubled = digit * 2;
    sum += isDoubled ? (doubled > 9 ? doubled - 9 : doubled) : digit;
  }
  return sum % 10 === 0;
}

/** Length of an account number by country (SWIFT IBAN registry): without it one random code in ninety-seven would pass. */
const IBAN_LENGTHS: ReadonlyMap<string, number> = new Map(
  'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30'
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);

/** Where the account number that begins at `start` ends; `undefined` where none does. Words may follow without a sign. */
export function ibanAt(text: string, start: number): number | undefined {
  const length = IBAN_LENGTHS.get(text.slice(start, start + 2).toUpperCase());
  if (length === undefined) return undefined;
  let end = start;
  for (let count = 0; count < length; count++, end++) {
    if (count > 0 && (text[end] === ' ' || text[end] === '-')) end++;
    if (end >= text.length) return undefined;
  }
  const isWhole = !/[A-Za-z0-9]/.test(text[end] ?? '');
  return isWhole && isIban(text.slice(start, end)) ? end : undefined;
}

/** ISO 13616: the first four characters go to the end, letters count from 10, and the number is 1 modulo 97. */
export function isIban(text: string): boolean {
  const compact = text.replace(/[\s-]/g, '').toUpperCase();
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(compact)) return false;
  if (IBAN_LENGTHS.get(compact.slice(0, 2)) !== compact.length) return false;
  let remainder = 0;
  for (const character of compact.slice(4) + compact.slice(0, 4)) {
    const code = character.charCodeAt(0);
    remainder = code >= 65 ? (remainder * 100 + code - 55) % 97 : (remainder * 10 + code - 48) % 97;
  }
  return remainder === 1;
}

/**
 * An address written as RFC 4291 allows. `::` needs two groups and a digit beside it, or every `a::b` of a programming
 * language would count.
 */
export function isIpv6(text: string): boolean {
  const halves = text.split('::');
  if (halves.length > 2) return false;
  const groups: string[] = [];
  for (const half of halves) {
    if (half !== '') groups.push(...half.split(':'));
  }
  const last = groups.at(-1);
  const isMapped = last?.includes('.') === true;
  if (isMapped && !/^(?:\d{1,3}\.){3}\d{1,3}$/.test(last!)) return false;
  const hexGroups = isMapped ? groups.slice(0, -1) : groups;
  if (!hexGroups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return false;
  const count = hexGroups.length + (isMapped ? 2 : 0);
  return halves.length === 1 ? count === 8 : count >= 2 && count <= 7 && /\d/.test(text);
}
