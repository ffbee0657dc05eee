/** Reads a number written as text, where comma and point mean different things to different people. */
import type { ValueRefusal } from './value-refusal.ts';

const PLAIN = /^[+-]?\d+(\.\d+)?$/;
/** One to three digits, a separator and three digits: a thousand to some, a decimal to others. */
const THOUSANDS_OR_DECIMALS = /^[+-]?[1-9]\d{0,2}[.,]\d{3}$/;
const SEPARATED = /^[+-]?\d[\d.,'’\s_]*$/u;
const SIGNIFICANT_DIGITS = 15;

export function readNumberText(text: string): { readonly number: number } | ValueRefusal {
  if (THOUSANDS_OR_DECIMALS.test(text)) return ambiguous(text);
  if (PLAIN.test(text)) {
    const digits = text.replace(/^[+-]?0*\.?0*/, '').replace('.', '');
    if (digits.length <= SIGNIFICANT_DIGITS) return { number: Number(text) };
    return {
      code: 'ambiguous_number',
      reason: `"${clip(text)}" has more digits than a spreadsheet keeps`,
      remedy: `Numbers are kept to ${SIGNIFICANT_DIGITS} digits; round it, or make the attribute a STRING if it is an identifier.`,
    };
  }
  if (/^[+-]?\d+,\d+$/.test(text)) {
    return {
      code: 'ambiguous_number',
      reason: `In "${text}" the comma could separate decimals or thousands`,
      remedy: `Write ${text.replace(',', '.')} or ${text.replace(',', '')}.`,
    };
  }
  if (SEPARATED.test(text)) return ambiguous(text);
  if (/^[-+]?\d+(\.\d+)?[eE][+-]?\d+$/.test(text)) {
    return {
      code: 'ambiguous_number',
      reason: `"${clip(text)}" is written with an exponent`,
      remedy: 'Write the number out.',
    };
  }
  const isOtherScript = /^[\p{Nd}.,\s\u2212-]+$/u.test(text);
  return {
    code: 'not_a_number',
    reason: `"${clip(text)}" is no number`,
    remedy: isOtherScript
      ? 'Write it with the digits 0 to 9 and a plain minus sign.'
      : 'Enter a number alone, such as 150 or 45.5, without unit or words.',
  };
}

function ambiguous(text: string): ValueRefusal {
  return {
    code: 'ambiguous_number',
    reason: `In "${clip(text)}" it is not certain what separates thousands and what decimals`,
    remedy:
      'Enter it as a number instead of text, or write it without separators of thousands and with a point before decimals.',
  };
}

function clip(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
