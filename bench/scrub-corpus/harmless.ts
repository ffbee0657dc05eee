/** Hard negatives: what looks like something personal or secret and is none of it. */
import { ALPHANUMERIC, BASE64, type Dice, HEX, LOWER, UPPER } from './dice.ts';

const hex = (dice: Dice, length: number): string => dice.text(HEX, length);
const uuid = (dice: Dice): string =>
  `${hex(dice, 8)}-${hex(dice, 4)}-4${hex(dice, 3)}-a${hex(dice, 3)}-${hex(dice, 12)}`;
const two = (value: number): string => String(value).padStart(2, '0');
const date = (dice: Dice): string =>
  `20${dice.between(10, 29)}-${two(dice.between(1, 12))}-${two(dice.between(1, 28))}`;
const time = (dice: Dice): string =>
  `${two(dice.between(0, 23))}:${two(dice.between(0, 59))}:${two(dice.between(0, 59))}`;

/** Each by itself, to be put into a sentence or a property. */
export const HARMLESS: Readonly<Record<string, (dice: Dice) => string>> = {
  uuid,
  commit: (dice) => hex(dice, dice.pick([7, 8, 12, 40])),
  sha256: (dice) => `sha256:${hex(dice, 64)}`,
  integrity: (dice) => `sha512-${dice.text(BASE64, 86)}==`,
  version: (dice) => `v${dice.between(0, 30)}.${dice.between(0, 40)}.${dice.between(0, 99)}`,
  version_build: (dice) =>
    `${dice.between(1, 20)}.${dice.between(0, 9)}.${dice.between(1, 30)}-rc.${dice.between(1, 9)}+build.${dice.digits(4)}`,
  version_of_four: (dice) =>
    `version ${dice.between(1, 20)}.${dice.between(0, 9)}.${dice.between(0, 30)}.${dice.between(0, 255)}`,
  version_of_a_package: (dice) =>
    `${dice.text(LOWER, 6)}-${dice.between(1, 9)}.${dice.between(0, 9)}.${dice.between(0, 9)}.${dice.between(0, 99)}.tgz`,
  windows_build: (dice) => `10.0.${dice.between(10240, 26100)}.${dice.digits(4)}`,
  browser: (dice) => `Chrome/${dice.between(100, 140)}.0.0.0`,
  iso_instant: (dice) => `${date(dice)}T${time(dice)}.${dice.digits(3)}Z`,
  iso_date: date,
  clock: time,
  german_date: (dice) => `${two(dice.between(1, 28))}.${two(dice.between(1, 12))}.20${dice.between(10, 29)}`,
  american_date: (dice) => `${two(dice.between(1, 12))}/${two(dice.between(1, 28))}/20${dice.between(10, 29)}`,
  unix_seconds: (dice) => `17${dice.digits(8)}`,
  unix_ms: (dice) => `17${dice.digits(11)}`,
  order: (dice) => `ORD-20${dice.between(20, 29)}-${dice.digits(6)}`,
  invoice: (dice) => `INV/${dice.between(2020, 2029)}/${dice.digits(5)}`,
  ticket: (dice) => `${dice.text(UPPER, 3)}-${dice.between(1, 99_999)}`,
  long_id: (dice) => dice.fill(`N${'#'.repeat(dice.pick([8, 9, 10, 11]))}`),
  snowflake: (dice) => `1${dice.digits(18)}`,
  price: (dice) => `€${dice.between(1, 999)},${dice.digits(3)}.${dice.digits(2)}`,
  grouped_number: (dice) => `${dice.between(1, 999)},${dice.digits(3)},${dice.digits(3)}`,
  french_number: (dice) => `${dice.between(1, 99)} ${dice.digits(3)} ${dice.digits(3)}`,
  decimal: (dice) => `${dice.between(0, 99)}.${dice.digits(8)}`,
  coordinate: (dice) => `${dice.between(-80, 80)}.${dice.digits(6)}`,
  percentage: (dice) => `${dice.between(0, 99)}.${dice.digits(1)}%`,
  bytes: (dice) => `${dice.fill('N#######')} bytes`,
  duration: (dice) => `${dice.between(1, 9)}h ${dice.between(1, 59)}m ${dice.between(1, 59)}s`,
  dimensions: (dice) => `${dice.fill('N###')}x${dice.fill('N###')}`,
  product_code: (dice) => `${dice.text(UPPER, 2)}-${dice.digits(4)}-${dice.text(UPPER, 2)}`,
  article: (dice) => `${dice.text(UPPER, 4)}${dice.digits(6)}`,
  isbn: (dice) => `978-3-${dice.digits(2)}-${dice.digits(6)}-${dice.digits(1)}`,
  phone_like_range: (dice) => `${dice.between(100, 400)}-${dice.between(401, 999)}`,
  hex_color: (dice) => `#${hex(dice, 6)}`,
  mac_address: (dice) => Array.from({ length: 6 }, () => hex(dice, 2)).join(':'),
  cpp_scope: (dice) => `std::vector<${dice.text(LOWER, 4)}>::push_back`,
  stack_frame: (dice) =>
    `at Object.${dice.text(LOWER, 6)} (/srv/app/node_modules/pkg/index.js:${dice.between(1, 999)}:${dice.between(1, 99)})`,
  path: (dice) => `/var/log/app/${date(dice)}/part-${dice.digits(5)}.log`,
  windows_path: (dice) => `C:\\Users\\Public\\app-${dice.digits(3)}\\main.exe`,
  url: (dice) => `https://app.example/projects/${dice.digits(7)}?tab=board&page=${dice.between(1, 99)}`,
  handle: (dice) => `@${dice.text(LOWER, 7)}`,
  scoped_package: (dice) =>
    `@${dice.text(LOWER, 5)}/${dice.text(LOWER, 6)}@${dice.between(1, 9)}.${dice.between(0, 9)}.0`,
  decorator: (dice) => `meet @ ${dice.between(1, 12)}pm`,
  css_class: (dice) =>
    dice.pick(['sk-folding-cube-animation', 'sk-chasing-dot-wrapper', 'task-board-column-header', 'ghp-toolbar']),
  identifier: (dice) =>
    dice.pick([
      'retrieveAccountBalance',
      'PROJECT_CREATE_SUCCESS',
      'workflow_step_completed_at',
      'onboarding-checklist-item',
    ]),
  base64_word: (dice) => dice.text(ALPHANUMERIC, dice.pick([8, 10, 12])),
  token_count: (dice) => `tokens: ${dice.between(100, 9999)}`,
  token_state: () => 'token: expired',
  password_state: () => 'password: required',
  authorization_state: () => 'basic subscription',
  tracking_number: (dice) => `1Z${dice.text(`${UPPER}0123456789`, 16)}`,
  oid: (dice) => `1.3.6.1.4.1.${dice.digits(5)}.${dice.between(1, 9)}`,
  section: (dice) => `§ ${dice.between(1, 12)}.${dice.between(1, 9)}.${dice.between(1, 9)}`,
  score: (dice) => `${dice.between(0, 9)}-${dice.between(0, 9)}, ${dice.between(0, 99)}:${dice.between(0, 99)}`,
  ean: (dice) => `EAN 40${dice.digits(11)}`,
  port: (dice) => `localhost:${dice.fill('N###')}`,
};

/** Properties whose names hold a word of concern and whose values are of none. */
export const HARMLESS_PROPERTIES: readonly (readonly [
  name: string,
  value: (dice: Dice) => string | number | boolean,
])[] = [
  ['email_count', (dice) => dice.between(0, 40)],
  ['has_phone', (dice) => dice.chance(0.5)],
  ['input_tokens', (dice) => dice.between(1, 9_000)],
  ['address_book_size', (dice) => dice.between(1, 900)],
  ['password_reset', () => 'requested'],
  ['file_name', (dice) => `report-${dice.digits(4)}.pdf`],
  ['company_name', () => 'Acme GmbH'],
  ['token_type', () => 'bearer'],
  ['secret_santa', () => 'on'],
  ['phone_layout', () => 'compact'],
  ['duration_ms', (dice) => dice.between(1, 90_000)],
  ['created_at_ms', (dice) => 1_700_000_000_000 + dice.between(0, 9e9)],
  ['document_id', uuid],
  ['locale', () => 'pt-BR'],
  ['ip_version', () => 'v6'],
  ['map_zoom', (dice) => dice.between(1, 18)],
];
