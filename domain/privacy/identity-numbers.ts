/**
 * Numbers by which states know people. Those with a form of their own or with enough check digits are found wherever they
 * stand; the others are digits like any order number, and are found behind a word that says what they are.
 */
import { passesLuhn } from './numbers.ts';
import type { ScrubRule } from './rules.ts';

type Scheme = { readonly form: string; readonly isValid: (characters: string) => boolean };

const sum = (digits: string, weights: readonly number[]): number =>
  weights.reduce((total, weight, index) => total + weight * (digits.charCodeAt(index) - 48), 0);

function isDate(year: string, month: string, day: string): boolean {
  return Number(month) >= 1 && Number(month) <= 12 && Number(day) >= 1 && Number(day) <= 31 && year.length >= 2;
}

/** The remainder of a long number, digit by digit, since it does not fit into a double. */
function remainder(digits: string, modulus: number): number {
  let rest = 0;
  for (const digit of digits) rest = (rest * 10 + Number(digit)) % modulus;
  return rest;
}

/** Germany: ISO 7064 MOD 11,10; of the first ten digits exactly one occurs twice or three times. */
function isSteuerId(digits: string): boolean {
  if (digits[0] === '0') return false;
  const distinct = new Set(digits.slice(0, 10)).size;
  if (distinct !== 9 && distinct !== 8) return false;
  let product = 10;
  for (const digit of digits.slice(0, 10)) product = ((((Number(digit) + product) % 10 || 10) * 2) % 11) as number;
  return (11 - product) % 10 === Number(digits[10]);
}

/** France: 97 less the remainder of the number; Corsica's 2A and 2B count as 19 and 18. */
function isNir(characters: string): boolean {
  const month = Number(characters.slice(3, 5));
  if (!((month >= 1 && month <= 12) || month >= 20)) return false;
  const core = characters.slice(0, 13).replace('2A', '19').replace('2B', '18');
  return /^\d{13}$/.test(core) && 97 - remainder(core, 97) === Number(characters.slice(13));
}

const DNI_LETTERS = 'TRWAGMYFPDXBNJZSQVHLCKE';
const isDni = (characters: string): boolean =>
  DNI_LETTERS[Number(characters.slice(0, 8)) % 23] === characters[8] && !/^(\d)\1{7}/.test(characters);
const isNie = (characters: string): boolean => isDni('XYZ'.indexOf(characters[0]!) + characters.slice(1));

/** Italy: letters and digits in odd places count by a table of their own (D.M. 23 December 1976). */
const CODICE_ODD = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];
function isCodiceFiscale(characters: string): boolean {
  let total = 0;
  for (let at = 0; at < 15; at++) {
    const code = characters.charCodeAt(at);
    const value = code >= 65 ? code - 65 : code - 48;
    total += at % 2 === 0 ? CODICE_ODD[value]! : value;
  }
  return characters.charCodeAt(15) - 65 === total % 26;
}

function isCpf(digits: string): boolean {
  if (/^(\d)\1{10}$/.test(digits)) return false;
  const check = (length: number): number => {
    const weights = Array.from({ length }, (_, index) => length + 1 - index);
    return ((sum(digits, weights) * 10) % 11) % 10;
  };
  return check(9) === Number(digits[9]) && check(10) === Number(digits[10]);
}

/** J. Verhoeff, Error Detecting Decimal Codes (1969): the dihedral group of order ten, computed rather than tabled. */
function isVerhoeff(digits: string): boolean {
  let check = 0;
  for (let fromRight = 0; fromRight < digits.length; fromRight++) {
    let digit = Number(digits[digits.length - 1 - fromRight]);
    for (let turn = 0; turn < fromRight % 8; turn++) digit = VERHOEFF_TURN[digit]!;
    check = dihedral(check, digit);
  }
  return check === 0;
}
const VERHOEFF_TURN = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
function dihedral(a: number, b: number): number {
  const rotation = a < 5 ? a + b : a - b;
  const isReflection = a >= 5 !== b >= 5;
  return (((rotation % 5) + 5) % 5) + (isReflection ? 5 : 0);
}

const isPersonnummer = (digits: string): boolean => {
  const ten = digits.slice(-10);
  return isDate(ten.slice(0, 2), ten.slice(2, 4), ten.slice(4, 6)) && passesLuhn(ten);
};

const isHetu = (characters: string): boolean =>
  isDate(characters.slice(4, 6), characters.slice(2, 4), characters.slice(0, 2)) &&
  '0123456789ABCDEFHJKLMNPRSTUVWXY'[Number(characters.slice(0, 6) + characters.slice(-4, -1)) % 31] ===
    characters.at(-1);

const isFodselsnummer = (digits: string): boolean =>
  isDate(digits.slice(4, 6), digits.slice(2, 4), digits.slice(0, 2)) &&
  sum(digits, [3, 7, 6, 1, 8, 9, 4, 5, 2, 1]) % 11 === 0 &&
  sum(digits, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0;

const isRijksregister = (digits: string): boolean => {
  const check = Number(digits.slice(9));
  return [digits.slice(0, 9), `2${digits.slice(0, 9)}`].some((core) => 97 - remainder(core, 97) === check);
};

const isAhv = (digits: string): boolean => sum(digits, [1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1]) % 10 === 0;

const isChinese = (characters: string): boolean =>
  /^[1-9]/.test(characters) &&
  isDate(characters.slice(6, 10), characters.slice(10, 12), characters.slice(12, 14)) &&
  /^(?:19|20)/.test(characters.slice(6)) &&
  '10X98765432'[sum(characters, [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]) % 11] === characters[17];

/** Numbers given out since October 2020 end at random, so the date and the digit of the sex must do. */
const isKorean = (digits: string): boolean => isDate(digits.slice(0, 2), digits.slice(2, 4), digits.slice(4, 6));

const CURP_ALPHABET = '0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ';
const isCurp = (characters: string): boolean => {
  let total = 0;
  for (let at = 0; at < 17; at++) total += CURP_ALPHABET.indexOf(characters[at]!) * (18 - at);
  return (10 - (total % 10)) % 10 === Number(characters[17]);
};

const isSsn = (digits: string): boolean =>
  !/^(?:000|666|9)/.test(digits) && digits.slice(3, 5) !== '00' && digits.slice(5) !== '0000';

const BY_DIGITS: readonly Scheme[] = [
  { form: '\\d{3}-\\d\\d-\\d{4}', isValid: isSsn },
  { form: '\\d\\d \\d{3} \\d{3} \\d{3}|\\d{11}', isValid: isSteuerId },
  { form: '[12] ?\\d\\d ?\\d\\d ?\\d[\\dAB] ?\\d{3} ?\\d{3} ?\\d\\d', isValid: isNir },
  { form: '\\d{8}-?[A-Z]', isValid: isDni },
  { form: '\\d{3}\\.\\d{3}\\.\\d{3}-\\d\\d', isValid: isCpf },
  { form: '[2-9]\\d{3}([ -])\\d{4}\\1\\d{4}', isValid: isVerhoeff },
  { form: '(?:19|20)?\\d{6}[-+]\\d{4}', isValid: isPersonnummer },
  { form: '\\d{6}[-+A-FU-Y]\\d{3}[0-9A-Y]', isValid: isHetu },
  { form: '\\d{6} ?\\d{5}', isValid: isFodselsnummer },
  { form: '\\d\\d\\.\\d\\d\\.\\d\\d-\\d{3}\\.\\d\\d', isValid: isRijksregister },
  { form: '756\\.\\d{4}\\.\\d{4}\\.\\d\\d|756\\d{10}', isValid: isAhv },
  { form: '\\d{17}[\\dX]', isValid: isChinese },
  { form: '\\d{6}-[1-8]\\d{6}', isValid: isKorean },
  { form: '\\d{3}([ -])\\d{3}\\1\\d{3}', isValid: passesLuhn },
];
const BY_LETTERS: readonly Scheme[] = [
  {
    form: '(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\\d\\d ?\\d\\d ?\\d\\d ?[A-D]',
    isValid: () => true,
  },
  { form: '[XYZ]-?\\d{7}-?[A-Z]', isValid: isNie },
  { form: '[A-Z]{6}\\d\\d[ABCDEHLMPRST]\\d\\d[A-Z]\\d{3}[A-Z]', isValid: isCodiceFiscale },
  { form: '[A-Z]{3}[PCHFATBLJG][A-Z]\\d{4}[A-Z]', isValid: () => true },
  { form: '[A-Z][AEIOUX][A-Z]{2}\\d{6}[HM][A-Z]{5}[A-Z0-9]\\d', isValid: isCurp },
];

/** One expression finds candidates of every form; the schemes then say whether one of them is meant. */
const forms = (schemes: readonly Scheme[]): string =>
  schemes.map(({ form }, index) => form.replace('([', `(?<s${index}>[`).replace('\\1', `\\k<s${index}>`)).join('|');
const DIGITS_FIRST = new RegExp(`(?<![\\w.,+-]|\\d\\/)(?:${forms(BY_DIGITS)})(?!\\w|[-.,]\\d| \\d{4}(?!\\d))`, 'g');
const LETTERS_FIRST = new RegExp(`(?<![\\w-])(?:${forms(BY_LETTERS)})(?![\\w-])`, 'g');
const anchored = (schemes: readonly Scheme[]): readonly (readonly [RegExp, Scheme['isValid']])[] =>
  schemes.map(({ form, isValid }) => [new RegExp(`^(?:${form})$`), isValid]);
const SCHEMES = [...anchored(BY_DIGITS), ...anchored(BY_LETTERS)];

function isIdentityNumber(text: string): boolean {
  return SCHEMES.some(([form, isValid]) => form.test(text) && isValid(text.replace(/[^0-9A-Z]/g, '')));
}

const WORDS = [
  'ssn|social security|national insurance|nino|tax ?(?:payer )?id|itin',
  'steuer-?id(?:entifikations?nummer|nr)?|steuernummer|idnr|sozialversicherungsnummer|svnr|personalausweis|reisepass',
  'num[ée]ro de s[ée]curit[ée] sociale|num[ée]ro fiscal|passeport',
  'dni|nie|nif|nss|rfc|curp|pasaporte|c[ée]dula|cpf|cnh|codice fiscale|partita iva|passaporto',
  'bsn|burgerservicenummer|rijksregisternummer|pesel|nip|personnummer|cpr|f[øo]dselsnummer|hetu|ahv',
  'aadhaar|aadhar|आधार|tckn|t\\.?c\\.? ?kimlik|kimlik|инн|снилс|паспорт',
  "マイナンバー|個人番号|身份证|身份證|주민등록번호|passport|driver'?s? licen[cs]e|national id|identity card",
].join('|');
const BEHIND_A_WORD = new RegExp(
  `(?<![\\p{L}_])((?:${WORDS})(?:号码|號碼|号|號|番号)?(?: ?(?:card|number|numarası|nummer|numéro|número|no|nr|nº|n°|#)(?![\\p{L}\\d]))?\\.?[\\s:=#"'.]{0,4}(?:(?:は|is|ist|est|es)\\s?)?)[A-Z]{0,2}\\d(?:[ .-]?\\d){4,17}[A-Za-z]?(?!\\w)`,
  'giu',
);

export function scrubIdentityNumbers(text: string, found: (rule: ScrubRule) => string): string {
  const judge = (match: string): string => (isIdentityNumber(match) ? found('identity') : match);
  return text
    .replace(DIGITS_FIRST, judge)
    .replace(LETTERS_FIRST, judge)
    .replace(BEHIND_A_WORD, (_match, before: string) => before + found('identity'));
}
