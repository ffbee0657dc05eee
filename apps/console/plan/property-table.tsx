/** The properties of a schema as a table: what each holds, whether it must be there, how personal it is. */
import type { PropertySchema } from '@uptake/domain/tracking-plan';
import { Badge } from '../ui/figures.tsx';
import type { EventSchema } from './api.ts';
import { shapeInWords } from './shape.ts';

export function PropertyTable({ schema }: { schema: EventSchema }) {
  const required = new Set(schema.properties.required ?? []);
  const properties = Object.entries(schema.properties.properties ?? {});
  if (properties.length === 0) {
    return <p className="border-t border-line px-4 py-4 text-muted">No property: the event says that it happened.</p>;
  }
  return (
    <ul aria-label="Properties" className="divide-y divide-line border-t border-line">
      {properties.map(([name, property]) => (
        <li key={name} className="px-4 py-2.5">
          <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
            <code className="font-mono text-sm font-medium break-all text-ink">{name}</code>
            {required.has(name) && <Badge tone="accent">required</Badge>}
            <PiiBadge property={property} />
          </p>
          <p className="mt-0.5 text-xs break-words text-muted">{shapeInWords(property)}</p>
          {property.description && <p className="mt-0.5 text-muted">{property.description}</p>}
        </li>
      ))}
    </ul>
  );
}

export function PiiBadge({ property }: { property: PropertySchema }) {
  const piiClass = property['x-pii-class'];
  if (piiClass === undefined || piiClass === 'none') return null;
  return <Badge tone={piiClass === 'high' ? 'bad' : 'warn'}>personal: {piiClass}</Badge>;
}
