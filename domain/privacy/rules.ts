/** The closed list of what is taken out of events, and the text that stands in its place. */

export const SCRUB_RULES = {
  email: 'Email addresses',
  phone: 'Phone numbers',
  card: 'Payment card numbers (known issuers, Luhn check)',
  iban: 'Bank account numbers (IBAN, mod 97 check)',
  ip: 'IPv4 and IPv6 addresses',
  token: 'JSON Web Tokens, keys of known vendors, Authorization headers',
  private_key: 'PEM private keys',
  credentials: 'User and password in a URL',
  secret: 'Passwords, secrets and keys, by the name that stands before them',
  name: 'Names of persons, by the name of the property',
  address: 'Postal addresses, by the name of the property',
  location: 'Coordinates, by the name of the property or as a pair in a text',
  identity:
    'Numbers of identity papers, by their form, check digits or a word before them; birth dates, by the name of the property',
  user_agent: 'User agents, by the name of the property',
  own: 'What an environment named itself, by the name of a property or the form of a value',
} as const;

export type ScrubRule = keyof typeof SCRUB_RULES;

export function replacementOf(rule: ScrubRule): string {
  return `[${rule}]`;
}

/** Told of everything taken out: the rule, never the value. */
export type OnScrubbed = (rule: ScrubRule) => void;
