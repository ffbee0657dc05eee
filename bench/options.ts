/** Options of a benchmark as they were typed: `--events 1_000_000 --quick` is `{ events: '1_000_000', quick: 'true' }`. */

export type BenchOptions = Readonly<Record<string, string>>;

/** What a file of `bench/` exports to be a benchmark. */
export type Benchmark = {
  /** As typed after `npm run bench --`. */
  readonly name: string;
  /** One line: what is measured against what, and the options with their defaults. */
  readonly describe: string;
  readonly run: (options: BenchOptions) => Promise<void>;
};

export function parseOptions(parameters: readonly string[]): BenchOptions {
  const options: Record<string, string> = {};
  for (let index = 0; index < parameters.length; index += 1) {
    const parameter = parameters[index] ?? '';
    const found = /^--([a-z][\w-]*)(?:=(.*))?$/.exec(parameter);
    if (found === null) throw new Error(`"${parameter}" is no option; options are written --name value.`);
    const next = parameters[index + 1];
    const isSwitch = found[2] === undefined && (next === undefined || next.startsWith('--'));
    options[found[1] ?? ''] = found[2] ?? (isSwitch ? 'true' : (next ?? ''));
    if (found[2] === undefined && !isSwitch) index += 1;
  }
  return options;
}

/** A positive number option; `_` may group its digits. */
export function numberOption(options: BenchOptions, name: string, fallback: number): number {
  const text = options[name];
  if (text === undefined) return fallback;
  const value = Number(text.replaceAll('_', ''));
  if (text === '' || !Number.isFinite(value) || value <= 0)
    throw new Error(`--${name} is "${text}", not a positive number.`);
  return value;
}
