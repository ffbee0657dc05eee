/** The short name of a workspace, product or environment in addresses and imports. */

/** As the database checks it. */
export const SLUG_PATTERN = '^[a-z0-9][a-z0-9-]{0,62}$';

/** "Größere Bühne!" → "grossere-buhne". Empty where nothing of the name can be kept. */
export function slugOf(name: string): string {
  return name
    .normalize('NFKD')
    .replaceAll('ß', 'ss')
    .toLowerCase()
    .replace(/\p{Mark}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 63)
    .replace(/^-+|-+$/g, '');
}

/** The wished slug, or the first of `wished-2`, `wished-3` … that is not taken. */
export function freeSlug(wished: string, taken: ReadonlySet<string>): string {
  if (!taken.has(wished)) return wished;
  for (let number = 2; ; number++) {
    const ending = `-${number}`;
    const slug = wished.slice(0, 63 - ending.length) + ending;
    if (!taken.has(slug)) return slug;
  }
}
