/** Values of databases as this program can keep them: exactly, or as the text they were. */

const SIGNIFICANT_DIGITS = 15;

/** The number a text stands for where no digit of it is lost; else the text. */
export function exactNumber(text: string): number | string {
  const digits = text
    .replace(/^[+-]?0*\.?0*/, '')
    .replace('.', '')
    .replace(/e.*$/i, '');
  const number = Number(text);
  return text.trim() !== '' && Number.isFinite(number) && digits.length <= SIGNIFICANT_DIGITS ? number : text;
}

/** Of a date with or without its time; sessions are set to UTC. */
export function dayOf(text: string): string {
  return /^\d{4}-\d{2}-\d{2}([ T]|$)/.test(text) ? text.slice(0, 10) : text;
}
