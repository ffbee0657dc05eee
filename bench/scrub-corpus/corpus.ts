/** The labelled corpus: cases made of harmless text, values that must go, and values that must stay. */
import type { PropertyValue } from '@uptake/domain/contract';
import { createDice, type Dice } from './dice.ts';
import { HARMLESS, HARMLESS_PROPERTIES } from './harmless.ts';
import { NATIONAL_IDS, type Written } from './national-ids.ts';
import { card, EMAILS, iban, ipv4, ipv6, NAMED_PROPERTIES, PHONES } from './personal.ts';
import { DISGUISES, SENTENCES, type Split } from './sentences.ts';
import {
  AUTHORIZATIONS,
  NAMED_SECRETS,
  PRIVATE_KEYS,
  type Surrounded,
  URLS_WITH_SECRETS,
  VENDOR_TOKENS,
} from './tokens.ts';

/** One value in a text: it must go, or it must stay as it is. */
export type Label = { readonly kind: string; readonly group: string; readonly value: string; readonly mustGo: boolean };

export type Case = {
  /** What a client would send as `properties`. */
  readonly properties: Readonly<Record<string, PropertyValue>>;
  readonly labels: readonly Label[];
  /** Pieces of the surrounding text, which must stay too. */
  readonly around: readonly string[];
};

type Value = { readonly kind: string; readonly group: string } & Surrounded;

const written = ({ text, words }: Written, dice: Dice): Surrounded => ({
  before: words === undefined ? '' : `${dice.pick(words)} `,
  secret: text,
  after: '',
});
const alone = (secret: string): Surrounded => ({ before: '', secret, after: '' });

function entries<T>(table: Readonly<Record<string, T>>): readonly (readonly [string, T])[] {
  return Object.entries(table);
}

/** One maker per kind of value that must go. */
const SENSITIVE: readonly (readonly [kind: string, group: string, make: (dice: Dice) => Surrounded])[] = [
  ...entries(EMAILS).map(([kind, make]) => [`email ${kind}`, 'email', (dice: Dice) => alone(make(dice))] as const),
  ...entries(PHONES).map(
    ([kind, make]) => [`phone ${kind}`, 'phone', (dice: Dice) => written(make(dice), dice)] as const,
  ),
  ['card', 'card', (dice) => alone(card(dice))],
  ['iban', 'iban', (dice) => alone(iban(dice))],
  ['ipv4', 'ip', (dice) => alone(ipv4(dice))],
  ['ipv6', 'ip', (dice) => alone(ipv6(dice))],
  ...entries(NATIONAL_IDS).map(
    ([kind, make]) => [kind, 'national id', (dice: Dice) => written(make(dice), dice)] as const,
  ),
  ...entries(VENDOR_TOKENS).map(([kind, make]) => [kind, 'token', (dice: Dice) => alone(make(dice))] as const),
  ['authorization', 'token', (dice) => dice.pick(AUTHORIZATIONS)(dice)],
  ['named secret', 'secret', (dice) => dice.pick(NAMED_SECRETS)(dice)],
  ['url', 'url', (dice) => dice.pick(URLS_WITH_SECRETS)(dice)],
  ['private key', 'private key', (dice) => alone(dice.pick(PRIVATE_KEYS)(dice))],
];

/** What a disguise may be put on: people type phones in their own digits, nobody types a private key so. */
const DISGUISED_GROUPS = new Set(['email', 'phone', 'card', 'iban', 'national id']);

const PER_KIND = 40;
/** The seeds of the two halves have nothing in common but the makers. */
const SEEDS: Readonly<Record<Split, number>> = { tuned: 20_261_121, held_out: 41_180_233 };

export function buildCorpus(split: Split, perKind = PER_KIND): readonly Case[] {
  const dice = createDice(SEEDS[split]);
  const sentences = SENTENCES[split];
  const cases: Case[] = [];
  for (const [kind, group, make] of SENSITIVE) {
    // A family with few kinds gets more of each, so that no family decides the figure by itself.
    const count = perKind * Math.max(1, Math.round(24 / SENSITIVE.filter((other) => other[1] === group).length / 2));
    for (let index = 0; index < count; index++) {
      cases.push(inText({ kind, group, ...make(dice) }, true, dice.pick(sentences), dice));
    }
  }
  for (const [kind, group, make] of SENSITIVE.filter(([, group]) => DISGUISED_GROUPS.has(group))) {
    if (kind === 'email spoken' || kind === 'email escaped') continue;
    for (const [disguise, dress] of entries(DISGUISES)) {
      if (!suits(disguise, group)) continue;
      const value = make(dice);
      const secret = dress(value.secret);
      if (secret === value.secret) continue;
      cases.push(inText({ kind: `disguised ${disguise}`, group, ...value, secret }, true, dice.pick(sentences), dice));
    }
  }
  for (const [kind, make] of entries(HARMLESS)) {
    for (let index = 0; index < perKind * 2; index++) {
      cases.push(inText({ kind, group: 'harmless', ...alone(make(dice)) }, false, dice.pick(sentences), dice));
    }
  }
  for (let index = 0; index < perKind; index++) {
    for (const [name, make] of NAMED_PROPERTIES) cases.push(inProperty(name, make(dice), true));
    for (const [name, make] of HARMLESS_PROPERTIES) cases.push(inProperty(name, make(dice), false));
  }
  return cases;
}

function suits(disguise: string, group: string): boolean {
  return !disguise.endsWith('_digits') || group === 'phone' || group === 'card';
}

/** As a value, in a list, nested, or as the name of a property. */
function inText({ kind, group, before, secret, after }: Value, mustGo: boolean, sentence: string, dice: Dice): Case {
  const [head, tail] = sentence.split('{}') as [string, string];
  const text = `${head}${before}${secret}${after}${tail}`;
  const labels = [{ kind, group, value: secret, mustGo }];
  const around = [head + before, after + tail].filter((piece) => piece.trim() !== '');
  const place = dice.between(0, 9);
  if (place === 0) return { properties: { details: { items: ['first', text] } }, labels, around };
  if (place === 1) return { properties: { context: { inner: { note: text } } }, labels, around };
  if (place === 2 && text.length <= 100) return { properties: { [text]: 1 }, labels, around };
  return { properties: { note: text }, labels, around };
}

function inProperty(name: string, value: string | number | boolean, mustGo: boolean): Case {
  const labels = [
    { kind: `named ${name}`, group: mustGo ? 'named property' : 'harmless', value: String(value), mustGo },
  ];
  return { properties: { plan: 'business', [name]: value }, labels, around: ['business'] };
}
