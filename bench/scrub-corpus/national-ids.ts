/** Numbers by which states know people, valid to the check digit, as people write them. */
import { ean13Digit, luhnDigit, mod11_10Digit, mod97, two, verhoeffDigit, weighted } from './check-digits.ts';
import { DIGITS, type Dice, UPPER } from './dice.ts';

export type Written = {
  readonly text: string;
  /** Words without which the digits are a number like any other; people write them, and the corpus puts one in front. */
  readonly words?: readonly string[];
};

const year = (dice: Dice): number => dice.between(1940, 2005);
const day = (dice: Dice): string => two(dice.between(1, 28));
const month = (dice: Dice): string => two(dice.between(1, 12));

/** Tries until the check digit exists: some schemes skip numbers whose remainder has no digit. */
function untilValid(make: () => string | undefined): string {
  for (;;) {
    const made = make();
    if (made !== undefined) return made;
  }
}

function ssn(dice: Dice): string {
  const area = untilValid(() => {
    const value = dice.between(1, 899);
    return value === 666 ? undefined : String(value).padStart(3, '0');
  });
  return `${area}-${two(dice.between(1, 99))}-${String(dice.between(1, 9999)).padStart(4, '0')}`;
}

function nino(dice: Dice): string {
  const prefix = dice.pick(['AB', 'CE', 'HJ', 'JK', 'LM', 'NP', 'PW', 'SX', 'WE', 'YZ']);
  const digits = dice.digits(6);
  const suffix = dice.pick(['A', 'B', 'C', 'D']);
  return dice.chance(0.5)
    ? `${prefix}${digits}${suffix}`
    : `${prefix} ${digits.slice(0, 2)} ${digits.slice(2, 4)} ${digits.slice(4)} ${suffix}`;
}

/** Of the first ten digits exactly one occurs twice, the others at most once. */
function steuerId(dice: Dice): string {
  const order = [...DIGITS];
  for (let at = 9; at > 0; at--) {
    const other = dice.between(0, at);
    [order[at], order[other]] = [order[other]!, order[at]!];
  }
  const missing = order.indexOf(dice.pick(order.slice(1)));
  order[missing] = dice.pick(order.filter((digit, index) => index !== missing && digit !== '0'));
  if (order[0] === '0') return steuerId(dice);
  const digits = order.join('') + mod11_10Digit(order.join(''));
  return dice.chance(0.5) ? digits : digits.replace(/^(\d\d)(\d{3})(\d{3})(\d{3})$/, '$1 $2 $3 $4');
}

function nir(dice: Dice): string {
  const department = dice.pick(['75', '13', '69', '33', '59', '31', '06']);
  const core = `${dice.pick(['1', '2'])}${two(year(dice) % 100)}${month(dice)}${department}${dice.digits(3)}${dice.digits(3)}`;
  const key = two(97 - mod97(core));
  return dice.chance(0.5)
    ? core + key
    : `${core[0]} ${core.slice(1, 3)} ${core.slice(3, 5)} ${core.slice(5, 7)} ${core.slice(7, 10)} ${core.slice(10)} ${key}`;
}

const DNI_LETTERS = 'TRWAGMYFPDXBNJZSQVHLCKE';

function dni(dice: Dice): string {
  const digits = dice.fill('N#######');
  return `${digits}${dice.pick(['', '-'])}${DNI_LETTERS[Number(digits) % 23]}`;
}

function nie(dice: Dice): string {
  const first = dice.between(0, 2);
  const digits = dice.digits(7);
  return `${'XYZ'[first]}${dice.pick(['', '-'])}${digits}${dice.pick(['', '-'])}${DNI_LETTERS[Number(`${first}${digits}`) % 23]}`;
}

const CODICE_ODD = 'BAFHJNPRTVCESULDGIMOQKWZYX';

function codiceFiscale(dice: Dice): string {
  const consonants = 'BCDFGLMNPRSTVZ';
  const core = `${dice.text(consonants, 6)}${two(year(dice) % 100)}${dice.pick([...'ABCDEHLMPRST'])}${two(
    dice.between(1, 28) + dice.pick([0, 40]),
  )}${dice.text('ABCDEFGHIL', 1)}${dice.digits(3)}`;
  const sum = [...core].reduce((total, character, index) => {
    const value = DIGITS.includes(character) ? Number(character) : UPPER.indexOf(character);
    return total + (index % 2 === 1 ? value : UPPER.indexOf(CODICE_ODD[value]!));
  }, 0);
  return core + UPPER[sum % 26];
}

function bsn(dice: Dice): string {
  return untilValid(() => {
    const core = dice.fill('N#######');
    const remainder = weighted(core, [9, 8, 7, 6, 5, 4, 3, 2]) % 11;
    return remainder === 10 ? undefined : core + remainder;
  });
}

function cpf(dice: Dice): string {
  const core = dice.fill('N########');
  const digit = (digits: string): string => {
    const weights = Array.from({ length: digits.length }, (_, index) => digits.length + 1 - index);
    return String((((weighted(digits, weights) * 10) % 11) % 10) as number);
  };
  const first = digit(core);
  const digits = core + first + digit(core + first);
  return digits.replace(/^(\d{3})(\d{3})(\d{3})(\d\d)$/, '$1.$2.$3-$4');
}

function aadhaar(dice: Dice): string {
  const core = `${dice.between(2, 9)}${dice.digits(10)}`;
  const digits = core + verhoeffDigit(core);
  return digits.replace(/^(\d{4})(\d{4})(\d{4})$/, dice.pick(['$1 $2 $3', '$1-$2-$3']));
}

const pan = (dice: Dice): string =>
  `${dice.text(UPPER, 3)}${dice.pick([...'PCHFATBLJG'])}${dice.text(UPPER, 1)}${dice.digits(4)}${dice.text(UPPER, 1)}`;

function pesel(dice: Dice): string {
  const born = year(dice);
  const core = `${two(born % 100)}${two(dice.between(1, 12) + (born >= 2000 ? 20 : 0))}${day(dice)}${dice.digits(4)}`;
  return core + ((10 - (weighted(core, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3]) % 10)) % 10);
}

function personnummer(dice: Dice): string {
  const born = year(dice);
  const core = `${two(born % 100)}${month(dice)}${day(dice)}${dice.digits(3)}`;
  const digits = core + luhnDigit(core);
  return `${dice.chance(0.5) ? String(born).slice(0, 2) : ''}${digits.slice(0, 6)}-${digits.slice(6)}`;
}

function hetu(dice: Dice): string {
  const born = year(dice);
  const date = `${day(dice)}${month(dice)}${two(born % 100)}`;
  const serial = String(dice.between(2, 899)).padStart(3, '0');
  const check = '0123456789ABCDEFHJKLMNPRSTUVWXY'[Number(date + serial) % 31];
  return `${date}${born >= 2000 ? 'A' : '-'}${serial}${check}`;
}

function fodselsnummer(dice: Dice): string {
  return untilValid(() => {
    const core = `${day(dice)}${month(dice)}${two(dice.between(40, 99))}${dice.digits(3)}`;
    const first = (11 - (weighted(core, [3, 7, 6, 1, 8, 9, 4, 5, 2]) % 11)) % 11;
    const second = (11 - (weighted(core + first, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11)) % 11;
    return first > 9 || second > 9 ? undefined : `${core}${first}${second}`;
  });
}

function rijksregister(dice: Dice): string {
  const born = year(dice);
  const core = `${two(born % 100)}${month(dice)}${day(dice)}${String(dice.between(1, 997)).padStart(3, '0')}`;
  const check = two(97 - mod97((born >= 2000 ? '2' : '') + core));
  return `${core.slice(0, 2)}.${core.slice(2, 4)}.${core.slice(4, 6)}-${core.slice(6)}.${check}`;
}

function ahv(dice: Dice): string {
  const core = `756${dice.digits(9)}`;
  const digits = core + ean13Digit(core);
  return `${digits.slice(0, 3)}.${digits.slice(3, 7)}.${digits.slice(7, 11)}.${digits.slice(11)}`;
}

function tckn(dice: Dice): string {
  const core = dice.fill('N########');
  const odd = Number(core[0]) + Number(core[2]) + Number(core[4]) + Number(core[6]) + Number(core[8]);
  const even = Number(core[1]) + Number(core[3]) + Number(core[5]) + Number(core[7]);
  const tenth = (((odd * 7 - even) % 10) + 10) % 10;
  const eleventh = [...core].reduce((sum, digit) => sum + Number(digit), tenth) % 10;
  return `${core}${tenth}${eleventh}`;
}

function chineseResidentId(dice: Dice): string {
  const core = `${dice.pick(['110101', '310104', '440305', '510107'])}${year(dice)}${month(dice)}${day(dice)}${dice.digits(3)}`;
  const remainder = weighted(core, [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]) % 11;
  return core + '10X98765432'[remainder];
}

function koreanResidentNumber(dice: Dice): string {
  const core = `${two(year(dice) % 100)}${month(dice)}${day(dice)}${dice.pick(['1', '2', '3', '4'])}${dice.digits(5)}`;
  const check = (11 - (weighted(core, [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]) % 11)) % 10;
  return `${core.slice(0, 6)}-${core.slice(6)}${check}`;
}

function curp(dice: Dice): string {
  const core = `${dice.text('BCDFGHJKLMNPQRSTVWXYZ', 1)}${dice.pick([...'AEIOU'])}${dice.text(UPPER, 2)}${two(year(dice) % 100)}${month(
    dice,
  )}${day(dice)}${dice.pick(['H', 'M'])}${dice.pick(['DF', 'JC', 'NL', 'OC', 'VZ'])}${dice.text('BCDFGHJKLMNPQRSTVWXYZ', 3)}${dice.text(DIGITS, 1)}`;
  const alphabet = '0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ';
  const sum = [...core].reduce((total, character, index) => total + alphabet.indexOf(character) * (18 - index), 0);
  return core + ((10 - (sum % 10)) % 10);
}

function sin(dice: Dice): string {
  const core = dice.fill('N#######');
  const digits = core + luhnDigit(core);
  return digits.replace(/^(\d{3})(\d{3})(\d{3})$/, '$1-$2-$3');
}

/** By the code of the country; `words` where the writing alone proves nothing. */
export const NATIONAL_IDS: Readonly<Record<string, (dice: Dice) => Written>> = {
  us_ssn: (dice) => ({ text: ssn(dice) }),
  us_ssn_bare: (dice) => ({
    text: ssn(dice).replaceAll('-', ''),
    words: ['SSN', 'SSN:', 'social security number', 'Social Security No.'],
  }),
  gb_nino: (dice) => ({ text: nino(dice) }),
  de_steuer_id: (dice) => ({ text: steuerId(dice) }),
  fr_nir: (dice) => ({ text: nir(dice) }),
  es_dni: (dice) => ({ text: dni(dice) }),
  es_nie: (dice) => ({ text: nie(dice) }),
  it_codice_fiscale: (dice) => ({ text: codiceFiscale(dice) }),
  nl_bsn: (dice) => ({ text: bsn(dice), words: ['BSN', 'BSN:', 'burgerservicenummer'] }),
  br_cpf: (dice) => ({ text: cpf(dice) }),
  br_cpf_bare: (dice) => ({ text: cpf(dice).replace(/[.-]/g, ''), words: ['CPF', 'CPF:', 'CPF nº'] }),
  in_aadhaar: (dice) => ({ text: aadhaar(dice) }),
  in_pan: (dice) => ({ text: pan(dice) }),
  pl_pesel: (dice) => ({ text: pesel(dice), words: ['PESEL', 'PESEL:', 'nr PESEL'] }),
  se_personnummer: (dice) => ({ text: personnummer(dice) }),
  fi_hetu: (dice) => ({ text: hetu(dice) }),
  no_fodselsnummer: (dice) => ({ text: fodselsnummer(dice) }),
  be_rijksregister: (dice) => ({ text: rijksregister(dice) }),
  ch_ahv: (dice) => ({ text: ahv(dice) }),
  tr_tckn: (dice) => ({ text: tckn(dice), words: ['TC kimlik no', 'T.C. Kimlik No:', 'TCKN'] }),
  cn_resident_id: (dice) => ({ text: chineseResidentId(dice) }),
  kr_resident_number: (dice) => ({ text: koreanResidentNumber(dice) }),
  mx_curp: (dice) => ({ text: curp(dice) }),
  ca_sin: (dice) => ({ text: sin(dice) }),
};
