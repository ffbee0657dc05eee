/** When a yes/no attribute was on and when off: one stretch for each run of equal values. */
import { formatDay } from '../format/time.ts';
import { classNames } from '../ui/class-names.ts';
import { stretchesOf } from './stretches.ts';
import type { Json } from './types.ts';

export function OnOffHistory({ name, values }: { name: string; values: readonly { day: string; value: Json }[] }) {
  const stretches = stretchesOf(values);
  return (
    <ol aria-label={`${name}: on and off`} className="mt-2 flex h-6 gap-px overflow-hidden rounded-md pl-3 text-2xs">
      {stretches.map(({ from, isOn, days }) => (
        <li
          key={from}
          title={`${isOn ? 'true' : 'false'} from ${formatDay(from, 'UTC')}`}
          style={{ flexGrow: days }}
          className={classNames(
            'flex min-w-2 basis-0 items-center overflow-hidden px-1.5 font-medium whitespace-nowrap',
            isOn ? 'bg-good-soft text-good' : 'bg-sunken text-muted',
          )}
        >
          <span className="truncate">
            {isOn ? 'true' : 'false'}
            <span className="font-normal"> from {from}</span>
          </span>
        </li>
      ))}
    </ol>
  );
}
