/**
 * Reads family of browser and operating system and the class of device out of a user agent, at the edge, so that the
 * user agent itself need not go further. A table of our own: the parsers there are answer with versions and models, which
 * is what must not be kept, and take a hundred times as long.
 */
import { LRUCache } from 'lru-cache';

export type UserAgent = { readonly browserFamily: string; readonly osFamily: string; readonly deviceType: string };

/** The first that matches names the family: those built on another's engine stand before it. */
const BROWSERS: readonly (readonly [family: string, pattern: RegExp])[] = [
  ['Edge', /\bEdg(?:e|A|iOS)?\//],
  ['Opera', /\bOPR\/|\bOPT\/|\bOpera\b/],
  ['Samsung Internet', /\bSamsungBrowser\//],
  ['Vivaldi', /\bVivaldi\//],
  ['Yandex', /\bYaBrowser\//],
  ['Brave', /\bBrave\//],
  ['UC Browser', /\bUCBrowser\//],
  ['DuckDuckGo', /\b(?:DuckDuckGo|Ddg)\//],
  ['Electron', /\bElectron\//],
  ['Firefox', /\b(?:Firefox|FxiOS)\//],
  ['Internet Explorer', /\bTrident\/|\bMSIE /],
  ['Chrome', /\b(?:Chrome|CriOS|Chromium|HeadlessChrome)\//],
  ['Safari', /\bVersion\/[\d.]+.*\bSafari\/|\b(?:iPhone|iPad|iPod)\b.*AppleWebKit\//],
];

const SYSTEMS: readonly (readonly [family: string, pattern: RegExp])[] = [
  ['Windows', /\bWindows\b/],
  ['iOS', /\b(?:iPhone|iPad|iPod)\b/],
  ['Android', /\bAndroid\b/],
  ['ChromeOS', /\bCrOS\b/],
  ['macOS', /\bMac(?:intosh| OS X|_PowerPC)\b/],
  ['Linux', /\bLinux\b|\bX11\b/],
];

const TABLET = /\biPad\b|\bTablet\b|\bKindle\b|\bSilk\/|\bAndroid\b(?!.*\bMobile\b)/;
const PHONE = /\bMobile\b|\b(?:iPhone|iPod)\b|\bIEMobile\b/;

const UNKNOWN: UserAgent = { browserFamily: '', osFamily: '', deviceType: '' };
/** Longer ones are made up, and expressions shall not run over them. */
const LONGEST_USER_AGENT = 512;

export function parseUserAgent(text: string): UserAgent {
  // Programs (curl, node, okhttp) name themselves in other ways and describe no user's machine.
  if (text.length > LONGEST_USER_AGENT || !/^(?:Mozilla|Opera)\//.test(text)) return UNKNOWN;
  const browserFamily = firstMatch(BROWSERS, text);
  const osFamily = firstMatch(SYSTEMS, text);
  if (osFamily === '') return { browserFamily, osFamily, deviceType: '' };
  const deviceType = TABLET.test(text) ? 'tablet' : PHONE.test(text) ? 'mobile' : 'desktop';
  return { browserFamily, osFamily, deviceType };
}

/** Remembers: a server sees the same few hundred user agents over and over. */
export function createUserAgentParser(maxRemembered = 2_000): (text: string) => UserAgent {
  const known = new LRUCache<string, UserAgent>({ max: maxRemembered });
  return (text) => {
    let parsed = known.get(text);
    if (parsed === undefined) {
      parsed = parseUserAgent(text);
      if (text.length <= LONGEST_USER_AGENT) known.set(text, parsed);
    }
    return parsed;
  };
}

function firstMatch(families: readonly (readonly [string, RegExp])[], text: string): string {
  for (const [family, pattern] of families) {
    if (pattern.test(text)) return family;
  }
  return '';
}
