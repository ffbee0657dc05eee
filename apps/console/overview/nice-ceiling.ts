/** The end of an axis: the least of 1, 2, 4, 5, 6, 8 × 10ⁿ that is not below `value`, so that its half is round too. */
export function niceCeiling(value: number): number {
  if (value <= 2) return 2;
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 2, 4, 5, 6, 8, 10].find((candidate) => candidate * power >= value) ?? 10;
  return step * power;
}
