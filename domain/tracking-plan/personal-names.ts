/** Judges by its name whether a property is likely to hold something personal, for lint and for proposals. */
import type { PiiClassification } from '@uptake/domain/contract';

/** Words and pairs of words, in English and as German, French and Spanish developers call them. */
const PERSONAL: readonly (readonly [PiiClassification, ReadonlySet<string>])[] = [
  [
    'high',
    new Set(
      'email mail phone mobile telephone tel telefon fax ssn iban bic passport password passwd secret token jwt cookie birthday birthdate dob latitude longitude lat lng lon gps ip ipv4 ipv6 address adresse street strasse rue calle firstname lastname surname fullname username nachname vorname prenom apellido credit_card card_number bank_account first_name last_name full_name user_name display_name given_name family_name maiden_name date_of_birth tax_id national_id social_security'.split(
        ' ',
      ),
    ),
  ],
  [
    'medium',
    new Set('gender religion nationality ethnicity salary age zip postcode postal_code plz user_agent'.split(' ')),
  ],
];

/** What the counts and flags about such a thing are called; they are not the thing. */
const ABOUT = new Set('count present valid verified changed type length ms enabled provided opened sent'.split(' '));

/** The class the name suggests; `undefined` where it suggests none. */
export function classOfName(name: string): PiiClassification | undefined {
  const words = wordsOf(name);
  if (/^(?:is|has)$/.test(words[0] ?? '') || ABOUT.has(words.at(-1) ?? '')) return undefined;
  const pairs = words.slice(1).map((word, at) => `${words[at]}_${word}`);
  for (const [piiClass, names] of PERSONAL) {
    if ([...words, ...pairs, words.join('_')].some((word) => names.has(word))) return piiClass;
  }
  return undefined;
}

/** `userEmail`, `user-email` and `user_email` are the same words. */
function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}
