/** Emails, phones, cards, bank accounts and addresses of machines, as people and programs write them. */
import { ibanDigits, luhnDigit } from './check-digits.ts';
import { ALPHANUMERIC, type Dice, HEX, LOWER, UPPER } from './dice.ts';
import type { Written } from './national-ids.ts';

const FIRST = [
  'jane',
  'omar',
  'li.wei',
  'anna-maria',
  'j',
  'sofia_k',
  'm.garcia',
  'yuki',
  "o'brien",
  'björn',
  'zoë',
  'иван',
];
const LAST = ['doe', 'schmidt', 'nakamura', 'silva', 'kowalski', 'oyelaran', 'müller', 'петров'];
const DOMAINS = [
  'acme.com',
  'mail.example.org',
  'corp.co.uk',
  'firma.de',
  'empresa.com.br',
  'startup.io',
  'shop.travel',
  'büro.example',
  'xn--bro-hoa.example',
  'почта.рф',
  '例え.jp',
  'sub-domain.long-company-name.museum',
];

const asciiOf = (items: readonly string[]): readonly string[] => items.filter((item) => /^[\w.'-]+$/.test(item));

export const EMAILS: Readonly<Record<string, (dice: Dice) => string>> = {
  plain: (dice) => `${dice.pick(asciiOf(FIRST))}.${dice.pick(asciiOf(LAST))}@${dice.pick(DOMAINS)}`,
  plus: (dice) => `${dice.pick(asciiOf(FIRST))}+${dice.text(LOWER, 5)}${dice.digits(2)}@${dice.pick(DOMAINS)}`,
  digits: (dice) => `${dice.text(LOWER, 3)}${dice.digits(4)}@${dice.pick(DOMAINS)}`,
  international: (dice) => `${dice.pick(FIRST)}.${dice.pick(LAST)}@${dice.pick(DOMAINS)}`,
  upper: (dice) =>
    `${dice.pick(asciiOf(FIRST))}.${dice.pick(asciiOf(LAST))}@${dice.pick(asciiOf(DOMAINS))}`.toUpperCase(),
  escaped: (dice) => `${dice.pick(asciiOf(LAST))}${dice.digits(2)}%40${dice.pick(asciiOf(DOMAINS))}`,
  bracketed: (dice) =>
    `${dice.pick(asciiOf(LAST))}${dice.pick([' [at] ', '(at)', ' (at) ', '[at]', ' {at} '])}${dice.pick(['acme', 'firma', 'corp'])}${dice.pick(
      [' [dot] ', '(dot)', '.', ' (dot) '],
    )}${dice.pick(['com', 'de', 'org', 'io'])}`,
  spoken: (dice) =>
    `${dice.pick(asciiOf(LAST))} at ${dice.pick(['acme', 'firma', 'corp'])} dot ${dice.pick(['com', 'org', 'net'])}`,
};

/** Writings by country. International ones speak for themselves; `words` where only a word tells a phone from a number. */
const INTERNATIONAL: readonly string[] = [
  '+49 30 N#######',
  '+49 (0)171 N######',
  '+49-89-N######-##',
  '+1 (415) N##-####',
  '+1-212-N##-####',
  '+1.646.N##.####',
  '+442079460###',
  '+44 20 7946 0###',
  '+44 (0)161 496 0###',
  '+33 6 ## ## ## ##',
  '+33 (0)1 ## ## ## ##',
  '+34 6## ### ###',
  '+39 3## #######',
  '+31 6 ########',
  '+32 4## ## ## ##',
  '+41 79 ### ## ##',
  '+43 660 #######',
  '+48 6## ### ###',
  '+46 70-### ## ##',
  '+47 4## ## ###',
  '+45 ## ## ## ##',
  '+358 40 #######',
  '+351 91# ### ###',
  '+55 11 9####-####',
  '+55 (21) 9####-####',
  '+52 55 #### ####',
  '+54 9 11 ####-####',
  '+7 (912) ###-##-##',
  '+7 912 ### ## ##',
  '+90 5## ### ## ##',
  '+91 9#### #####',
  '+91-98########',
  '+86 138 #### ####',
  '+8613#########',
  '+81 90-####-####',
  '+82 10-####-####',
  '+61 4## ### ###',
  '+64 21 ### ####',
  '+27 82 ### ####',
  '+234 80# ### ####',
  '+254 7## ######',
  '+20 10 #### ####',
  '+966 5# ### ####',
  '+971 50 ### ####',
  '+972-5#-###-####',
  '0049 30 N#######',
  '0044 20 7946 0###',
  '0033 6 ## ## ## ##',
];
const NATIONAL: readonly string[] = [
  '(415) N##-####',
  '212-N##-####',
  '646.N##.####',
  '1-800-N##-####',
  '030 N#######',
  '0171/N######',
  '0171 N### ###',
  '(030) N### ####',
  '06 ## ## ## ##',
  '01.##.##.##.##',
  '07### ######',
  '020 7946 0###',
  '06-########',
  '0412 ### ###',
  '090-####-####',
  '03-####-####',
  '010-####-####',
  '(11) 9####-####',
  '8 (912) ###-##-##',
  '0532 ### ## ##',
  '9#### #####',
];
const WITH_WORD: readonly string[] = [
  'N#########',
  '6## ### ###',
  '13#########',
  'N## ## ## ##',
  '9########',
  '5#########',
];
export const PHONE_WORDS: readonly string[] = [
  'tel',
  'Tel.:',
  'phone:',
  'phone number is',
  'mobile',
  'cell:',
  'Telefon:',
  'Handy',
  'téléphone :',
  'portable :',
  'teléfono:',
  'móvil',
  'telefone:',
  'celular:',
  'тел.:',
  'телефон',
  '電話:',
  '電話番号は',
  '手机:',
  '电话:',
  'هاتف:',
  'फ़ोन:',
  'फोन नंबर',
  'WhatsApp',
];

export const PHONES: Readonly<Record<string, (dice: Dice) => Written>> = {
  international: (dice) => ({ text: dice.fill(dice.pick(INTERNATIONAL)) }),
  national: (dice) => ({ text: dice.fill(dice.pick(NATIONAL)) }),
  with_word: (dice) => ({ text: dice.fill(dice.pick(WITH_WORD)), words: PHONE_WORDS }),
};

const ISSUERS: readonly (readonly [prefix: string, length: number])[] = [
  ['4', 16],
  ['51', 16],
  ['55', 16],
  ['2221', 16],
  ['2720', 16],
  ['34', 15],
  ['37', 15],
  ['6011', 16],
  ['65', 16],
  ['36', 14],
  ['3528', 16],
  ['62', 16],
  ['50', 16],
];

export function card(dice: Dice): string {
  const [prefix, length] = dice.pick(ISSUERS);
  const core = prefix + dice.digits(length - prefix.length - 1);
  const digits = core + luhnDigit(core);
  const separator = dice.pick(['', '', ' ', '-']);
  const groups =
    length === 15 ? /^(\d{4})(\d{6})(\d{5})$/ : length === 14 ? /^(\d{4})(\d{6})(\d{4})$/ : /(\d{4})(?=\d)/g;
  if (separator === '' || length === 13) return digits;
  return length === 15 || length === 14
    ? digits.replace(groups, `$1${separator}$2${separator}$3`)
    : digits.replace(groups, `$1${separator}`);
}

/** Account part by country (SWIFT IBAN registry): n digits, a capital letters, c either. */
const IBAN_STRUCTURES =
  'AD 8n12c,AE 19n,AL 8n16c,AT 16n,AZ 4a20c,BA 16n,BE 12n,BG 4a6n8c,BH 4a14c,BR 23n1a1c,BY 4c4n16c,CH 5n12c,CR 18n,CY 8n16c,CZ 20n,DE 18n,DK 14n,DO 4c20n,EE 16n,EG 25n,ES 20n,FI 14n,FO 14n,FR 10n11c2n,GB 4a14n,GE 2a16n,GI 4a15c,GL 14n,GR 7n16c,GT 4c20c,HR 17n,HU 24n,IE 4a14n,IL 19n,IQ 4a15n,IS 22n,IT 1a10n12c,JO 4a4n18c,KW 4a22c,KZ 3n13c,LB 4n20c,LC 4a24c,LI 5n12c,LT 16n,LU 3n13c,LV 4a13c,MC 10n11c2n,MD 2c18c,ME 18n,MK 3n10c2n,MR 23n,MT 4a5n18c,MU 4a19n3a,NL 4a10n,NO 11n,PK 4a16c,PL 24n,PS 4a21c,PT 21n,QA 4a21c,RO 4a16c,RS 18n,SA 2n18c,SC 4a20n3a,SE 20n,SI 15n,SK 20n,SM 1a10n12c,ST 21n,SV 4a20n,TL 19n,TN 20n,TR 6n16c,UA 6n19c,VA 18n,VG 4a16n,XK 16n'.split(
    ',',
  );

export function iban(dice: Dice): string {
  const [country, structure] = dice.pick(IBAN_STRUCTURES).split(' ') as [string, string];
  const alphabets: Record<string, string> = { n: '0123456789', a: UPPER, c: `0123456789${UPPER}` };
  const account = [...structure.matchAll(/(\d+)([nac])/g)]
    .map(([, length, kind]) => dice.text(alphabets[kind!]!, Number(length)))
    .join('');
  const compact = `${country}${ibanDigits(country, account)}${account}`;
  const written = dice.pick(['compact', 'grouped', 'lower']);
  if (written === 'grouped') return compact.replace(/(.{4})(?=.)/g, '$1 ');
  return written === 'lower' ? compact.toLowerCase() : compact;
}

const octet = (dice: Dice): number => dice.between(0, 255);
export const ipv4 = (dice: Dice): string =>
  dice.chance(0.3)
    ? dice.pick([`10.${octet(dice)}.${octet(dice)}.${octet(dice)}`, `192.168.${octet(dice)}.${octet(dice)}`])
    : `${dice.between(11, 223)}.${octet(dice)}.${octet(dice)}.${octet(dice)}`;

export function ipv6(dice: Dice): string {
  const group = (): string => dice.text(HEX, dice.between(1, 4)).replace(/^0+(?=.)/, '');
  const prefix = dice.pick(['2001:db8', '2a02:8109', 'fe80', 'fd12:3456', '2606:4700']);
  switch (dice.between(0, 3)) {
    case 0:
      return `${prefix}::${group()}:${dice.digits(3)}`;
    case 1:
      return `::ffff:${ipv4(dice)}`;
    case 2:
      return [...prefix.split(':'), ...Array.from({ length: 8 - prefix.split(':').length }, group)].join(':');
    default:
      return `${prefix}::${dice.between(1, 9999)}`.toUpperCase();
  }
}

/** For values of properties whose name alone gives them away. */
export const NAMED_PROPERTIES: readonly (readonly [name: string, value: (dice: Dice) => string])[] = [
  ['email', (dice) => dice.text(ALPHANUMERIC, 12)],
  ['contactEmail', (dice) => dice.text(LOWER, 9)],
  ['phone_number', (dice) => dice.digits(7)],
  ['mobile', (dice) => dice.digits(9)],
  ['first_name', (dice) => dice.pick(['Jane', 'Björn', '太郎', 'فاطمة'])],
  ['lastName', (dice) => dice.pick(['Nakamura', 'Петров', 'García'])],
  ['full_name', (dice) => dice.pick(['Jane Doe', '山田太郎', 'राज कुमार'])],
  ['street', (dice) => `${dice.pick(['Main St', 'Hauptstraße', 'Rue de Rivoli'])} ${dice.between(1, 199)}`],
  ['billing_address', (dice) => `${dice.between(1, 99)} High Street, Leeds`],
  ['postal_code', (dice) => dice.digits(5)],
  ['password', (dice) => dice.text(ALPHANUMERIC, 8)],
  ['apiKey', (dice) => dice.text(ALPHANUMERIC, 20)],
  ['session_token', (dice) => dice.text(ALPHANUMERIC, 20)],
  ['date_of_birth', (dice) => `19${dice.between(40, 99)}-0${dice.between(1, 9)}-1${dice.between(0, 9)}`],
  ['ssn', (dice) => dice.digits(9)],
  ['latitude', (dice) => `${dice.between(30, 60)}.${dice.digits(5)}`],
  ['gps', (dice) => `${dice.between(30, 60)}.${dice.digits(4)}, ${dice.between(1, 20)}.${dice.digits(4)}`],
  ['ip_address', (dice) => dice.text(HEX, 8)],
  ['user_agent', (dice) => `Mozilla/5.0 (X11; Linux) Build/${dice.digits(4)}`],
  ['bank_account', (dice) => dice.digits(10)],
  ['passport_number', (dice) => `C${dice.digits(8)}`],
];
