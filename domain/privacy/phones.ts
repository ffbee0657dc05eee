/**
 * Finds phone numbers. Bare digits are numbers of orders as often as of phones, so one of these must be there: a plus or
 * 00 in front, a national prefix 0 with separators, a grouping that is written for phones alone, or a word such as `tel`.
 */
import type { ScrubRule } from './rules.ts';

const NOT_WITHIN = '(?<![\\w.,-]|\\d:)';
const FORMS = new RegExp(
  [
    '(?<![\\w+])\\+\\d(?:[\\s().\\/-]{0,3}\\d){6,14}(?!\\w)',
    `${NOT_WITHIN}00[1-9](?:[\\s().\\/-]{0,2}\\d){7,13}(?!\\w)`,
    '(?<![\\w.,+-]|\\d:)(?:1[ .-])?(?:\\(\\d{3}\\) ?|\\d{3}[ .-])\\d{3}[ .-]\\d{4}(?![\\w]|[.-]\\d)', // North America
    '(?<![\\w.,+-]|\\d:)(?!\\(?\\d\\d[./-]\\d\\d[./-]\\d{4})(?:\\(0[1-9]\\d{0,4}\\)|0[1-9]\\d{0,4})[ \\/.-]{1,3}\\d(?:[ .-]?\\d){5,11}(?!\\w|[.:-]\\d)',
    `${NOT_WITHIN}\\(\\d\\d\\) ?9?\\d{4}-\\d{4}(?!\\w|-\\d)`, // Brazil
    `${NOT_WITHIN}8 ?\\(\\d{3}\\) ?\\d{3}[ -]\\d\\d[ -]?\\d\\d(?!\\w|-\\d)`, // Russia
    `${NOT_WITHIN}[6-9]\\d{4}[ -]\\d{5}(?!\\w|[ .-]\\d)`, // India
  ].join('|'),
  'g',
);

const WORDS = [
  'tel|telephone|phone|mobile|cell(?:phone)?|fax|whatsapp|call|sms',
  'telefon|handy|mobil|rufnummer|t[ée]l[ée]phone|portable|t[ée]l',
  'tel[ée]fono|m[óo]vil|celular|telefone|telem[óo]vel|cellulare|telefoon|puhelin',
  'тел|телефон|моб|电话|電話|手机|手機|携帯|전화|휴대폰|هاتف|جوال|फ़ोन|फ़ोन|फोन|मोबाइल',
].join('|');
const BEHIND_A_WORD = new RegExp(
  `(?<![\\p{L}_])((?:${WORDS})(?:番号|号码|號碼|번호)?(?:[ _]?(?:number|numarası|nummer|no|nr|नंबर))?\\.?[\\s:=("'.]{0,4}(?:(?:は|is|ist|est|es)\\s?)?)(?!\\d{4}-\\d\\d-\\d\\d|\\d\\d[./]\\d\\d[./]\\d{4})\\d(?:[\\s().\\/-]{0,2}\\d){6,14}(?!\\w)`,
  'giu',
);

export function scrubPhones(text: string, found: (rule: ScrubRule) => string): string {
  return text
    .replace(FORMS, () => found('phone'))
    .replace(BEHIND_A_WORD, (_match, before: string) => before + found('phone'));
}
