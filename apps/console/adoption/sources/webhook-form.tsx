/** How a webhook's messages are signed, and how values are read from them. */

import { TextField } from '../../ui/field.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { ROWS_MAPPING } from '../source-starters.ts';
import type { Json } from '../types.ts';
import { ConfigChoice, ConfigText, Part, type SourceForm } from './config-fields.tsx';
import { listAt, textAt, valueAt, withValue } from './config-places.ts';
import { MappingFields, MappingKindChoice } from './mapping-fields.tsx';

const SIGNATURES = [
  { value: 'standard', label: 'Standard Webhooks' },
  { value: 'hmac', label: 'HMAC in a header (GitHub, Shopify, Segment …)' },
  { value: 'stripe', label: 'Stripe' },
] as const;
const FRESH_SIGNATURE: Readonly<Record<string, Json>> = {
  hmac: { kind: 'hmac', header: 'X-Hub-Signature-256', prefix: 'sha256=' },
  stripe: { kind: 'stripe' },
};

export function WebhookForm({ form }: { form: SourceForm }) {
  const { config, setConfig } = form;
  const isMapped = valueAt(config, '/mapping') !== undefined;
  const setMapped = (value: 'push' | 'mapping') =>
    setConfig(
      value === 'mapping'
        ? withValue(config, '/mapping', ROWS_MAPPING)
        : withValue(withValue(config, '/mapping', undefined), '/when', undefined),
    );
  return (
    <>
      <Part title="Signature">
        <div className="grid gap-3 sm:grid-cols-2">
          <ConfigChoice
            form={form}
            at="/signature/kind"
            label="The sender signs by"
            fallback="standard"
            choices={SIGNATURES}
            onChoose={(value) => setConfig(withValue(config, '/signature', FRESH_SIGNATURE[value]))}
          />
          {textAt(config, '/signature/kind') === 'hmac' && <HmacFields form={form} />}
        </div>
      </Part>
      <Part
        title="Values in the message"
        aside={
          <Segmented
            label="What a message is"
            value={isMapped ? 'mapping' : 'push'}
            onChange={setMapped}
            choices={[
              { value: 'push', label: 'Uptake’s own shape' },
              { value: 'mapping', label: 'By a mapping' },
            ]}
          />
        }
      >
        {isMapped ? (
          <>
            <MappingKindChoice form={form} />
            <MappingFields form={form} />
            <When form={form} />
          </>
        ) : (
          <p className="text-xs text-muted">
            The body is <code className="break-all">{'{"values": [{"attribute": "users_trained", "value": 45}]}'}</code>
            .
          </p>
        )}
      </Part>
    </>
  );
}

function HmacFields({ form }: { form: SourceForm }) {
  return (
    <>
      <ConfigText form={form} at="/signature/header" label="Header of the signature" isRequired />
      <ConfigText form={form} at="/signature/prefix" label="Text before the digest (optional)" />
      <ConfigText
        form={form}
        at="/signature/id_header"
        label="Header of the delivery’s id (optional)"
        hint="Absent: the same body is taken once only."
      />
      <ConfigChoice
        form={form}
        at="/signature/algorithm"
        label="Algorithm"
        fallback="sha256"
        choices={['sha256', 'sha512', 'sha1'].map((value) => ({ value, label: `HMAC-${value.toUpperCase()}` }))}
      />
      <ConfigChoice
        form={form}
        at="/signature/encoding"
        label="Encoding"
        fallback="hex"
        choices={[
          { value: 'hex', label: 'Hexadecimal' },
          { value: 'base64', label: 'Base64' },
        ]}
      />
    </>
  );
}

/** Senders tell of much; what is not meant is answered and left alone. */
function When({ form }: { form: SourceForm }) {
  const { config, setConfig, errorAt } = form;
  const path = textAt(config, '/when/path');
  const kinds = listAt(config, '/when/in');
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      <TextField
        label="Only messages where (optional)"
        placeholder="$.type"
        autoComplete="off"
        data-place="/when/path"
        error={errorAt('/when/path')}
        hint="A path; empty takes every message."
        value={path}
        onFocus={() => form.setTarget('/when/path')}
        onChange={({ target }) =>
          setConfig(withValue(config, '/when', target.value ? { path: target.value, in: kinds } : undefined))
        }
      />
      {path !== '' && (
        <TextField
          label="is one of"
          required
          autoComplete="off"
          data-place="/when/in"
          error={errorAt('/when/in')}
          hint="Separated by commas."
          defaultValue={kinds.join(', ')}
          onChange={({ target }) =>
            setConfig(withValue(config, '/when/in', target.value.split(/\s*,\s*/).filter(Boolean)))
          }
        />
      )}
    </div>
  );
}
