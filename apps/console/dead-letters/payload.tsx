/** A refused event as it was kept, one line per value; the place that was wrong is marked, or what a fix changed. */
import { classNames } from '../ui/class-names.ts';

type PayloadProps = {
  payload: unknown;
  wrongPath?: string;
  /** What it was, or became: lines that are not there are marked too. */
  comparedWith?: unknown;
  /** Of the two, this is the later one. */
  isAfter?: boolean;
};

type Line = { text: string; depth: number; pointer: string };

export function Payload({ payload, wrongPath, comparedWith, isAfter = false }: PayloadProps) {
  const lines = linesOf(payload, '', '', 0, '');
  const others = comparedWith === undefined ? undefined : new Set(linesOf(comparedWith, '', '', 0, '').map(identityOf));
  return (
    <pre className="rounded-lg bg-sunken p-3 font-mono text-xs leading-5 break-words whitespace-pre-wrap text-ink">
      {lines.map((line, index) => {
        const { text, depth, pointer } = line;
        const isWrong = wrongPath !== undefined && wrongPath !== '' && matches(pointer, wrongPath);
        const isChanged = others !== undefined && !others.has(identityOf(line));
        return (
          <span
            // biome-ignore lint/suspicious/noArrayIndexKey: lines are written anew as a whole
            key={index}
            className={classNames(
              'block rounded',
              isWrong || (isChanged && !isAfter) ? 'bg-bad-soft' : isChanged && 'bg-good-soft',
            )}
            style={{ paddingLeft: `${depth}rem` }}
          >
            {text}
            {isWrong && <span className="sr-only"> (refused)</span>}
            {isChanged && <span className="sr-only">{isAfter ? ' (new)' : ' (changed or left out)'}</span>}
          </span>
        );
      })}
    </pre>
  );
}

/** A comma more or less makes no other line. */
function identityOf({ text, pointer }: Line): string {
  return `${pointer} ${text.replace(/,$/, '')}`;
}

/** Paths of causes stand for every index of an array: `/properties/tags/*`. */
function matches(pointer: string, wrongPath: string): boolean {
  const [own, wrong] = [pointer.split('/'), wrongPath.split('/')];
  return own.length === wrong.length && wrong.every((segment, at) => segment === '*' || segment === own[at]);
}

function linesOf(value: unknown, name: string, end: string, depth: number, pointer: string): Line[] {
  const before = name === '' ? '' : `${JSON.stringify(name)}: `;
  if (typeof value !== 'object' || value === null) {
    return [{ text: `${before}${JSON.stringify(value)}${end}`, depth, pointer }];
  }
  const isList = Array.isArray(value);
  const entries = Object.entries(value);
  const [open, close] = isList ? ['[', ']'] : ['{', '}'];
  if (entries.length === 0) return [{ text: `${before}${open}${close}${end}`, depth, pointer }];
  const inner = entries.flatMap(([key, member], index) => {
    const place = `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    return linesOf(member, isList ? '' : key, index < entries.length - 1 ? ',' : '', depth + 1, place);
  });
  return [{ text: `${before}${open}`, depth, pointer }, ...inner, { text: `${close}${end}`, depth, pointer: '' }];
}
