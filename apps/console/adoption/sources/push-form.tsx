/** How a system sends values by itself: the address, and a line that does it. */
import { CopyButton } from '../../ui/copy-button.tsx';
import type { DataType, Json } from '../types.ts';
import { attributesOf, Part, type SourceForm } from './config-fields.tsx';

const EXAMPLES: Readonly<Record<DataType, Json>> = {
  BOOLEAN: true,
  NUMBER: 45,
  PERCENTAGE: 80,
  STRING: 'text',
  DATE: '2026-01-31',
};

export function PushForm({ form: { plan } }: { form: SourceForm }) {
  const address = `${window.location.origin}/api/v1/adoption/plans/${plan.id}/values`;
  const line = curlOf(address, exampleOf(plan));
  return (
    <Part title="How to send" aside={<CopyButton text={line} label="Copy the command" />}>
      <pre className="rounded-lg bg-sunken p-3 font-mono text-xs break-all whitespace-pre-wrap text-ink">{line}</pre>
      <p className="text-xs text-muted">
        The key is a secret key with the scope <code>write</code> (Settings, Keys). The same{' '}
        <code>Idempotency-Key</code> again changes nothing.
      </p>
    </Part>
  );
}

export function exampleOf(plan: SourceForm['plan']): Json {
  const [first] = attributesOf(plan);
  const value: Json =
    first === undefined
      ? { attribute: 'users_trained', value: 45 }
      : { task: first.task.name, attribute: first.attribute.name, value: EXAMPLES[first.attribute.dataType] };
  return { values: [value] };
}

function curlOf(address: string, body: Json): string {
  const json = JSON.stringify(body).replaceAll("'", "'\\''");
  return [
    `curl -X POST '${address}' \\`,
    "  -H 'Authorization: Bearer YOUR_SECRET_KEY' \\",
    "  -H 'Content-Type: application/json' \\",
    "  -H 'Idempotency-Key: 2026-01-31-values' \\",
    `  -d '${json}'`,
  ].join('\n');
}
