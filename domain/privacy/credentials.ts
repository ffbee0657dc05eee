/** Finds secrets: tokens by the marks of their vendors, and what follows the name of a secret, a scheme or a query parameter. */
import type { ScrubRule } from './rules.ts';

type Found = (rule: ScrubRule) => string;

const PEM = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----|$)/g;

/** Keys that vendors made recognisable, JSON Web Tokens, and the keys of Uptake itself. */
const TOKEN = new RegExp(
  [
    'eyJ[\\w-]{5,}\\.[\\w-]{5,}(?:\\.[\\w-]*){0,3}', // JSON Web Token, signed or encrypted
    'up[a-z]_[a-z]{1,2}_[\\w-]{16,}', // Uptake
    '(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}', // AWS
    '\\w{3}\\dQ~[\\w.~-]{30,}', // Azure
    'gh[pousr]_[A-Za-z0-9]{30,}|github_pat_\\w{22,}', // GitHub
    'gl(?:pat|ptt|dt|rt|cbt|ft|soat)-[\\w.-]{16,}', // GitLab
    'xox[a-z]-[\\w-]{10,}|xapp-[\\w-]{10,}', // Slack
    '[srp]k_(?:live|test)_[A-Za-z0-9]{10,}|whsec_[A-Za-z0-9+/=]{16,}|rzp_(?:live|test)_[A-Za-z0-9]{10,}', // Stripe, Razorpay
    'AIza[\\w-]{30,}|ya29\\.[\\w-]{16,}|GOCSPX-[\\w-]{20,}', // Google
    'sk-(?:(?:proj|ant|svcacct|admin)-|(?=[A-Za-z_-]{0,60}\\d))[A-Za-z0-9_-]{16,}|gsk_[A-Za-z0-9]{20,}|r8_[A-Za-z0-9]{30,}|(?:xai|pplx)-[A-Za-z0-9]{30,}', // OpenAI, Anthropic and their kin
    'SG\\.[\\w-]{16,}\\.[\\w-]{16,}|key-[0-9a-f]{32}|[0-9a-f]{32}-us\\d{1,2}', // SendGrid, Mailgun, Mailchimp
    '(?:AC|SK)[0-9a-f]{32}', // Twilio
    'npm_[A-Za-z0-9]{30,}|pypi-[\\w-]{16,}|dckr_pat_[\\w-]{16,}|rubygems_[0-9a-f]{40,}', // registries
    'hf_[A-Za-z0-9]{30,}|shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}|dop_v1_[0-9a-f]{32,}|lin_api_\\w{16,}|dapi[0-9a-f]{32}',
    'hv[sbr]\\.[\\w-]{20,}|sq0[a-z]{3}-[\\w-]{20,}|NRAK-[A-Z0-9]{20,}|\\d{8,10}:AA[\\w-]{30,}', // Vault, Square, New Relic, Telegram
    'gl(?:sa|c)_[\\w+/=]{20,}|PMAK-[0-9a-f]{20,}-[0-9a-f]{20,}|figd_[\\w-]{20,}|ntn_[A-Za-z0-9]{30,}', // Grafana, Postman, Figma, Notion
    'sntr(?:ys|yu)_[\\w+/=-]{20,}|sbp_[0-9a-f]{30,}|ATATT3x[\\w=-]{30,}|ATBB[\\w-]{20,}', // Sentry, Supabase, Atlassian
    'EAA[A-Za-z0-9]{60,}|AGE-SECRET-KEY-1[A-Z0-9]{30,}|pscale_tkn_[\\w-]{20,}|pul-[0-9a-f]{40}',
  ]
    .map((vendor) => `(?:${vendor})`)
    .join('|')
    .replace(/^/, '(?<![A-Za-z0-9])(?:')
    .replace(/$/, ')'),
  'g',
);
/** The address is the secret: whoever knows it may post. */
const WEBHOOK = /(https:\/\/(?:hooks\.slack\.com|discord(?:app)?\.com\/api|outlook\.office\.com)\/)[^\s"'<>)\]]{20,}/g;

const AUTHORIZATION = /\b(bearer|basic|digest|token|apikey)(\s{1,4})([A-Za-z0-9._~+/=-]{8,})/gi;
/** What no secret holds and a sentence puts behind one, the the characters of Chinese, Japanese and Korean included. */
const ENDS = '\\s"\'<>()[\\]{},;\\u3000-\\u30ff\\u3400-\\u9fff\\uac00-\\ud7af\\uff00-\\uff0f\\uff1a-\\uff20';
/** A full stop or a mark of emphasis belongs to the sentence. */
const SENTENCE_END = /[.!?*:]+$/;
const COOKIE = new RegExp(
  `\\b((?:set-)?cookie:\\s{0,3}[^=${ENDS}]{1,64}=)([^${ENDS}]{3,})(?:;\\s?[^=${ENDS}]{1,64}=[^${ENDS}]{1,4096}){0,40}`,
  'gi',
);

const SECRET_NAMES = [
  'password|passwd|passphrase|passcode|pwd|secret|token|api[_-]?key|access[_-]?key|account[_-]?key|private[_-]?key|credentials?|authorization|session[_-]?id',
  'passwort|kennwort|mot de passe|contrase[ñn]a|senha|wachtwoord|hasło|lösenord|şifre|parola|пароль',
  'パスワード|暗証番号|密码|密碼|口令|비밀번호|كلمة (?:المرور|السر)|पासवर्ड',
].join('|');
/** A value in quotation marks goes up to the closing one; a bare one up to what ends a word in text, URL or JSON. */
const NAMED_SECRET = new RegExp(
  `(${SECRET_NAMES})("?'?\\s{0,3}(?:=>|[:=])\\s{0,3})((?:bearer|basic|digest|token|apikey)\\s{1,3})?(?:"([^"\\n]{3,500})"|'([^'\\n]{3,500})'|["']?([^&${ENDS}]{3,}))`,
  'giu',
);
/** What people write about a secret instead of one. */
const STATE =
  /^(?:bearer|basic|digest|required|invalid|expired|missing|undefined|null|none|true|false|empty|changed|reset|incorrect|wrong|unknown|optional|hidden|redacted|enabled|disabled|valid|revoked|forgotten|requested|updated|ok|yes|no|not|must|should|too|is|was|the|\*+|…|\.\.\.|\[\p{L}+\])[.!?]?$/iu;
const TOLD_SECRET = new RegExp(
  `((?:${SECRET_NAMES})\\s(?:is|ist|est|es|é|это|是|は)\\s{0,2})([^${ENDS}]{5,64})`,
  'giu',
);
const IN_QUERY = new RegExp(
  `([?&#;](?:sig|signature|x-(?:amz|goog)-(?:signature|credential|security-token)|auth|code|key|sid|session|ticket|samlresponse|assertion|hmac|nonce|jwt|pin|otp)=)([^&#${ENDS}]{4,})`,
  'gi',
);
const URL_CREDENTIALS = /\b([a-z][a-z0-9+.-]{1,20}:\/\/)[^\s/?#@]{1,200}@/gi;
const SHORTEST_IN_QUERY = 16;

export function scrubPrivateKeys(text: string, found: Found): string {
  return text.replace(PEM, () => found('private_key'));
}

export function scrubTokens(text: string, found: Found): string {
  const scrubbed = text.includes('https://')
    ? text.replace(WEBHOOK, (_match, host: string) => host + found('token'))
    : text;
  return scrubbed.replace(TOKEN, () => found('token'));
}

export function scrubUrlCredentials(text: string, found: Found): string {
  return text.replace(URL_CREDENTIALS, (_match, scheme: string) => `${scheme}${found('credentials')}@`);
}

/** Behind `:` or `=`: in headers, configuration, JSON and queries. */
export function scrubNamedSecrets(text: string, found: Found): string {
  const scrubbed = text
    .replace(COOKIE, (_match, name: string, value: string) => name + found('secret') + endOfSentence(value))
    .replace(NAMED_SECRET, (match, name: string, sign: string, scheme = '', ...values: (string | undefined)[]) => {
      const [double, single, bare] = values;
      const value = double ?? single ?? bare ?? '';
      if (STATE.test(value)) return match;
      const mark = double === undefined ? (single === undefined ? '' : "'") : '"';
      const open =
        mark === '' && /["']$/.test(match.slice(0, match.length - value.length)) ? match.at(-value.length - 1)! : mark;
      const end = bare === undefined ? '' : endOfSentence(bare);
      return `${name}${sign}${scheme}${open}${found('secret')}${mark}${end}`;
    });
  if (!/[?&#;]/.test(scrubbed)) return scrubbed;
  return scrubbed.replace(IN_QUERY, (match, name: string, value: string) =>
    (value.length >= SHORTEST_IN_QUERY || /[?&#;](?:pin|otp)=$/i.test(name)) && !value.startsWith('[')
      ? name + found('token') + endOfSentence(value)
      : match,
  );
}

/** Behind a scheme of HTTP authentication, and where somebody tells a password in a sentence. */
export function scrubToldSecrets(text: string, found: Found): string {
  return text
    .replace(AUTHORIZATION, (match, scheme: string, space: string, token: string) =>
      looksRandom(token) ? scheme + space + found('token') : match,
    )
    .replace(TOLD_SECRET, (match, before: string, value: string) =>
      looksRandom(value) ? before + found('secret') + endOfSentence(value) : match,
    );
}

function endOfSentence(value: string): string {
  return SENTENCE_END.exec(value)?.[0] ?? '';
}

/** Tells `Basic dXNlcjpwYXNz` from `basic subscription`. */
function looksRandom(text: string): boolean {
  return text.length >= 24 || /\d|[a-z][A-Z]|=$/.test(text);
}
