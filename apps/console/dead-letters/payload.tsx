/** A refused event as it was kept, one line per value, with the place that was wrong marked. */
import { classNames } from '../ui/class-names.ts';

type PayloadProps = { payload: unknown; wrongPath?: string };

type Line = { text: string; depth: number; pointer: string };

export function Payload({ payload, wrongPath }: PayloadProps) {
  const lines = linesOf(payload, '', '', 0, '');
  return (
    <pre className="overflow-x-auto rounded-lg bg-sunken p-3 font-mono text-xs leading-5 text-ink">
      {lines.map(({ text, depth, pointer }, index) => {
        const isWrong = wrongPath !== undefined && wrongPath !== '' && matches(pointer, wrongPath);
        return (
          <span
            // biome-ignore lint/suspicious/noArrayIndexKey: lines are written anew as a whole
            key={index}
            className={classNames('block', isWrong && '-mx-1 rounded bg-bad-soft px-1')}
            style={{ paddingLeft: `${depth}rem` }}
          >
            {text}
            {isWrong && <span className="sr-only"> (refused)</span>}
          </span>
        );
      })}
    </pre>
  );
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
