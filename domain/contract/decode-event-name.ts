/** What an event may be called, and what a name that is none was perhaps meant to be. */

export function isEventName(text: string): boolean {
  const length = text.length;
  if (length === 0 || length > 100) return false;
  for (let at = 0; at < length; at++) {
    const code = text.charCodeAt(at);
    const isLetter = code >= 97 && code <= 122;
    if (!isLetter && (at === 0 || !((code >= 48 && code <= 57) || code === 95))) return false;
  }
  return true;
}

/** What a name was perhaps meant to be: `Project Created` → `project_created`. Only plain words are said back. */
export function nameLike(text: string): string {
  if (!/^[A-Za-z][\w\s.:-]{0,99}$/.test(text)) return '';
  return text
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/_+$/, '');
}
