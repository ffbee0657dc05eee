/** Credentials in the shapes their vendors document. Every one is random: none was ever valid. */
import { ALPHANUMERIC, BASE64, BASE64URL, DIGITS, type Dice, HEX, LOWER, UPPER } from './dice.ts';

const alphanumeric = (dice: Dice, length: number): string => dice.text(ALPHANUMERIC, length);
const base64url = (dice: Dice, length: number): string => dice.text(BASE64URL, length);
const hex = (dice: Dice, length: number): string => dice.text(HEX, length);
const json = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const uuid = (dice: Dice): string => [8, 4, 4, 4, 12].map((length) => hex(dice, length)).join('-');

export function jsonWebToken(dice: Dice): string {
  const header = json({ alg: dice.pick(['HS256', 'RS256', 'ES256', 'EdDSA']), typ: 'JWT', kid: hex(dice, 8) });
  const claims = json({ sub: dice.digits(10), iss: 'https://id.example', exp: 1_900_000_000 + dice.between(0, 9e6) });
  return `${header}.${claims}.${base64url(dice, dice.pick([43, 86]))}`;
}

/** The marks are pasted together here, or every scanner would take this file for a leak. */
export const VENDOR_TOKENS: Readonly<Record<string, (dice: Dice) => string>> = {
  jwt: jsonWebToken,
  aws_key_id: (dice) => `${dice.pick(['AKIA', 'ASIA'])}${dice.text(`${UPPER}234567`, 16)}`,
  google_api: (dice) => `AI${'za'}${base64url(dice, 35)}`,
  google_oauth: (dice) => `ya${'29.'}${base64url(dice, 60)}`,
  google_client: (dice) => `GOC${'SPX-'}${base64url(dice, 28)}`,
  azure_client: (dice) => `${alphanumeric(dice, 3)}8${'Q~'}${dice.text(`${ALPHANUMERIC}_.-`, 34)}`,
  github: (dice) => `${dice.pick(['ghp', 'gho', 'ghu', 'ghs', 'ghr'])}_${alphanumeric(dice, 36)}`,
  github_fine: (dice) => `github_${'pat_'}${alphanumeric(dice, 22)}_${alphanumeric(dice, 59)}`,
  gitlab: (dice) => `gl${dice.pick(['pat', 'dt', 'rt', 'cbt'])}-${base64url(dice, 20)}`,
  slack: (dice) =>
    `xox${dice.pick(['b', 'p', 'a', 'r'])}-${dice.digits(12)}-${dice.digits(12)}-${alphanumeric(dice, 24)}`,
  slack_app: (dice) => `xa${'pp-'}1-A${dice.text(UPPER + DIGITS, 10)}-${dice.digits(13)}-${hex(dice, 64)}`,
  stripe: (dice) =>
    `${dice.pick(['sk', 'rk', 'pk'])}_${dice.pick(['live', 'test'])}_${alphanumeric(dice, dice.pick([24, 99]))}`,
  stripe_webhook: (dice) => `wh${'sec_'}${alphanumeric(dice, 32)}`,
  openai: (dice) =>
    `sk-${dice.pick(['', 'proj-', 'svcacct-'])}${alphanumeric(dice, 20)}T3BlbkFJ${alphanumeric(dice, 20)}`,
  anthropic: (dice) => `sk-${'ant-'}api03-${base64url(dice, 93)}AA`,
  twilio: (dice) => `${dice.pick(['AC', 'SK'])}${hex(dice, 32)}`,
  sendgrid: (dice) => `SG${'.'}${base64url(dice, 22)}.${base64url(dice, 43)}`,
  mailgun: (dice) => `key${'-'}${hex(dice, 32)}`,
  mailchimp: (dice) => `${hex(dice, 32)}-us${dice.between(1, 21)}`,
  npm: (dice) => `npm${'_'}${alphanumeric(dice, 36)}`,
  pypi: (dice) => `py${'pi-'}AgEIcHlwaS5vcmc${base64url(dice, 70)}`,
  docker: (dice) => `dckr${'_pat_'}${base64url(dice, 27)}`,
  rubygems: (dice) => `ruby${'gems_'}${hex(dice, 48)}`,
  huggingface: (dice) => `hf${'_'}${dice.text(LOWER + UPPER, 34)}`,
  databricks: (dice) => `da${'pi'}${hex(dice, 32)}`,
  digitalocean: (dice) => `dop${'_v1_'}${hex(dice, 64)}`,
  shopify: (dice) => `shp${'at_'}${hex(dice, 32)}`,
  square: (dice) => `sq0${'atp-'}${base64url(dice, 22)}`,
  newrelic: (dice) => `NR${'AK-'}${dice.text(UPPER + DIGITS, 27)}`,
  telegram: (dice) => `${dice.digits(9)}:A${'A'}${base64url(dice, 33)}`,
  vault: (dice) => `hv${'s.'}${base64url(dice, 24)}`,
  linear: (dice) => `lin${'_api_'}${alphanumeric(dice, 40)}`,
  grafana: (dice) => `gl${'sa_'}${alphanumeric(dice, 32)}_${hex(dice, 8)}`,
  postman: (dice) => `PM${'AK-'}${hex(dice, 24)}-${hex(dice, 34)}`,
  figma: (dice) => `fig${'d_'}${base64url(dice, 40)}`,
  notion: (dice) => `ntn${'_'}${alphanumeric(dice, 46)}`,
  sentry: (dice) => `sntr${'ys_'}${dice.text(BASE64, 60)}`,
  supabase: (dice) => `sb${'p_'}${hex(dice, 40)}`,
  atlassian: (dice) => `ATA${'TT3x'}${base64url(dice, 180)}`,
  groq: (dice) => `gs${'k_'}${alphanumeric(dice, 52)}`,
  facebook: (dice) => `EA${'AC'}${alphanumeric(dice, 90)}`,
  age: (dice) => `AGE-SECRET-${'KEY-1'}${dice.text('QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L', 58)}`,
};

/** What stands before and after a secret and may stay; `secret` must go. */
export type Surrounded = { readonly before: string; readonly secret: string; readonly after: string };

export const AUTHORIZATIONS: readonly ((dice: Dice) => Surrounded)[] = [
  (dice) => ({ before: 'Authorization: Bearer ', secret: base64url(dice, 40), after: '' }),
  (dice) => ({ before: 'authorization: bearer ', secret: jsonWebToken(dice), after: '' }),
  (dice) => ({
    before: 'Authorization: Basic ',
    secret: Buffer.from(`svc-${dice.text(LOWER, 5)}:${alphanumeric(dice, 14)}`).toString('base64'),
    after: '',
  }),
  (dice) => ({ before: '-H "X-Api-Key: ', secret: alphanumeric(dice, 32), after: '"' }),
  (dice) => ({ before: 'Proxy-Authorization: Basic ', secret: dice.text(BASE64, 24), after: '' }),
  (dice) => ({ before: 'Cookie: sid=', secret: alphanumeric(dice, 32), after: '' }),
  (dice) => ({ before: 'Set-Cookie: session=', secret: base64url(dice, 44), after: '' }),
];

export const NAMED_SECRETS: readonly ((dice: Dice) => Surrounded)[] = [
  (dice) => ({ before: 'password=', secret: `${dice.text(LOWER, 6)}${dice.digits(3)}!`, after: '' }),
  (dice) => ({ before: 'password: ', secret: alphanumeric(dice, 10), after: '' }),
  (dice) => ({ before: '{"password": "', secret: `${dice.text(LOWER, 5)}-${dice.digits(4)}`, after: '"}' }),
  (dice) => ({ before: 'AWS_SECRET_ACCESS_KEY=', secret: dice.text(BASE64, 40), after: '' }),
  (dice) => ({ before: 'client_secret=', secret: base64url(dice, 32), after: '' }),
  (dice) => ({ before: 'DB_PASSWORD=', secret: alphanumeric(dice, 16), after: '' }),
  (dice) => ({ before: 'AccountKey=', secret: `${dice.text(BASE64, 86)}==`, after: ';EndpointSuffix=core' }),
  (dice) => ({ before: 'Passwort: ', secret: `${dice.text(LOWER, 4)}${dice.digits(4)}`, after: '' }),
  (dice) => ({ before: 'mot de passe : ', secret: alphanumeric(dice, 9), after: '' }),
  (dice) => ({ before: 'contraseña: ', secret: alphanumeric(dice, 9), after: '' }),
  (dice) => ({ before: 'senha: ', secret: alphanumeric(dice, 9), after: '' }),
  (dice) => ({ before: 'пароль: ', secret: alphanumeric(dice, 9), after: '' }),
  (dice) => ({ before: 'パスワード:', secret: alphanumeric(dice, 10), after: '' }),
  (dice) => ({ before: '密码:', secret: alphanumeric(dice, 10), after: '' }),
  (dice) => ({ before: 'şifre: ', secret: alphanumeric(dice, 9), after: '' }),
  (dice) => ({ before: 'my password is ', secret: `${dice.text(LOWER, 5)}${dice.digits(3)}`, after: '' }),
];

export const URLS_WITH_SECRETS: readonly ((dice: Dice) => Surrounded)[] = [
  (dice) => ({
    before: 'https://',
    secret: `${dice.text(LOWER, 6)}:${alphanumeric(dice, 12)}`,
    after: '@git.example.com/a.git',
  }),
  (dice) => ({ before: 'postgres://', secret: `app:${alphanumeric(dice, 14)}`, after: '@db.internal:5432/app' }),
  (dice) => ({ before: 'amqp://', secret: `guest:${base64url(dice, 12)}`, after: '@mq:5672' }),
  (dice) => ({ before: 'https://app.example/reset?token=', secret: hex(dice, 40), after: '&lang=en' }),
  (dice) => ({
    before: 'https://app.example/cb#access_token=',
    secret: base64url(dice, 44),
    after: '&expires_in=3600',
  }),
  (dice) => ({ before: 'https://app.example/cb?state=x&code=', secret: base64url(dice, 36), after: '' }),
  (dice) => ({ before: 'https://s3.example/b/k?X-Amz-Signature=', secret: hex(dice, 64), after: '&x=1' }),
  (dice) => ({ before: 'https://acc.blob.example/c?sp=r&sig=', secret: `${dice.text(BASE64, 40)}%3D`, after: '' }),
  (dice) => ({ before: 'https://api.example/v1?api_key=', secret: alphanumeric(dice, 32), after: '&page=2' }),
  (dice) => ({ before: 'https://api.example/v1?apikey=', secret: uuid(dice), after: '' }),
  (dice) => ({ before: 'wss://rt.example/s?session_id=', secret: alphanumeric(dice, 26), after: '' }),
  (dice) => ({ before: 'https://maps.example/js?key=', secret: base64url(dice, 39), after: '&v=3' }),
  (dice) => ({
    before: `https://hooks.${'slack.com'}/`,
    secret: `services/T${dice.text(UPPER + DIGITS, 8)}/B${dice.text(UPPER + DIGITS, 8)}/${alphanumeric(dice, 24)}`,
    after: '',
  }),
  (dice) => ({ before: 'https://app.example/p?auth=', secret: base64url(dice, 32), after: '' }),
];

const lines = (dice: Dice, count: number): string =>
  Array.from({ length: count }, () => dice.text(BASE64, 64)).join('\n');

export const PRIVATE_KEYS: readonly ((dice: Dice) => string)[] = [
  'RSA ',
  'EC ',
  '',
  'OPENSSH ',
  'ENCRYPTED ',
  'DSA ',
].map((kind) => (dice) => {
  const body = `${lines(dice, dice.between(3, 12))}\n${dice.text(BASE64, 30)}==`;
  const block = `-----BEGIN ${kind}PRIVATE KEY-----\n${body}\n-----END ${kind}PRIVATE KEY-----`;
  return dice.chance(0.3) ? block.replaceAll('\n', '\\n') : block;
});
