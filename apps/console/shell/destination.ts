/** Where to go after signing in: only ever a page of this console. */

/** `wanted` if it is a path of this origin, else the start page; never another site, whatever the link said. */
export function safeDestination(wanted: string | undefined): string {
  if (wanted === undefined || !wanted.startsWith('/')) return '/';
  // Browsers read a backslash as a slash and drop control characters, so `/\evil.example` would leave this origin.
  const base = 'https://console.invalid';
  const url = URL.parse(wanted, base);
  if (url === null || url.origin !== base || url.pathname.startsWith('/sign-in')) return '/';
  return `${url.pathname}${url.search}${url.hash}`;
}
