/**
 * Check digits as the corpus makes them: written apart from the rules that look for them, and the other way round (what to
 * append, not whether it fits), so that one mistake cannot hide in both.
 */

export const weighted = (digits: string, weights: readonly number[]): number =>
  weights.reduce((sum, weight, index) => sum + weight * Number(digits[index]), 0);

/** The digit that makes `digits` pass the Luhn check (ISO/IEC 7812-1 annex B). */
export function luhnDigit(digits: string): string {
  let sum = 0;
  for (let fromRight = 0; fromRight < digits.length; fromRight++) {
    const digit = Number(digits[digits.length - 1 - fromRight]);
    sum += fromRight % 2 === 0 ? (digit > 4 ? digit * 2 - 9 : digit * 2) : digit;
  }
  return String((10 - (sum % 10)) % 10);
}

/** ISO 7064 MOD 11,10: German tax numbers and the Croatian OIB. */
export function mod11_10Digit(digits: string): string {
  let product = 10;
  for (const digit of digits) {
    const sum = (Number(digit) + product) % 10 || 10;
    product = (sum * 2) % 11;
  }
  return String((11 - product) % 10);
}

export const mod97 = (digits: string): number => Number(BigInt(digits) % 97n);
export const two = (value: number): string => String(value).padStart(2, '0');

/** IBAN check digits (ISO 13616): 98 minus the remainder of the number with `00` in their place. */
export function ibanDigits(country: string, account: string): string {
  const asNumber = `${account}${country}00`.replace(/[A-Z]/g, (letter) => String(letter.charCodeAt(0) - 55));
  return two(98 - mod97(asNumber));
}

const VERHOEFF_PRODUCT = [
  '0123456789',
  '1234067895',
  '2340178956',
  '3401289567',
  '4012395678',
  '5987604321',
  '6598710432',
  '7659821043',
  '8765932104',
  '9876543210',
];
const VERHOEFF_POSITION = [
  '0123456789',
  '1576283094',
  '5803796142',
  '8916043527',
  '9453126870',
  '4286573901',
  '2793806415',
  '7046913258',
];

/** J. Verhoeff, Error Detecting Decimal Codes (1969); what Aadhaar numbers end with. */
export function verhoeffDigit(digits: string): string {
  let check = 0;
  [...digits].reverse().forEach((digit, index) => {
    check = Number(VERHOEFF_PRODUCT[check]![Number(VERHOEFF_POSITION[(index + 1) % 8]![Number(digit)])]);
  });
  return String(VERHOEFF_PRODUCT[check]!.indexOf('0'));
}

/** The digit by which EAN-13 ends; Swiss AHV numbers are one. */
export const ean13Digit = (digits: string): string =>
  String((10 - (weighted(digits, [1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3]) % 10)) % 10);
