/** What an HTTP API is asked: address, sign-in, where its answer has the values, and how it goes on to the next page. */
import { useState } from 'react';
import type { Json } from '../types.ts';
import { CodeArea, ConfigChoice, ConfigNumber, ConfigText, Part, type SourceForm } from './config-fields.tsx';
import { textAt, valueAt, withValue } from './config-places.ts';
import { HeaderFields } from './header-fields.tsx';
import { MappingFields, MappingKindChoice } from './mapping-fields.tsx';

const AUTHS = [
  { value: 'none', label: 'None' },
  { value: 'bearer', label: 'Bearer token' },
  { value: 'basic', label: 'User name and password' },
  { value: 'api_key', label: 'API key in a header' },
  { value: 'oauth2_client_credentials', label: 'OAuth 2 client credentials' },
] as const;
const PAGINGS = [
  { value: 'none', label: 'All in one answer' },
  { value: 'link_header', label: 'Link header' },
  { value: 'next_url', label: 'The answer names the next address' },
  { value: 'cursor', label: 'The answer has a cursor' },
  { value: 'page_number', label: 'Pages are numbered' },
] as const;
const FRESH_PAGING: Readonly<Record<string, Json>> = {
  link_header: { kind: 'link_header' },
  next_url: { kind: 'next_url', path: '$.next' },
  cursor: { kind: 'cursor', path: '$.next_cursor', parameter: 'cursor' },
  page_number: { kind: 'page_number', parameter: 'page' },
};

export function PollingForm({ form }: { form: SourceForm }) {
  const { config, setConfig } = form;
  const isPost = textAt(config, '/method') === 'POST';
  const method = (value: string) => {
    const chosen = withValue(config, '/method', value === 'GET' ? undefined : value);
    setConfig(value === 'GET' ? withValue(chosen, '/body', undefined) : chosen);
  };
  return (
    <>
      <Part title="Request">
        <div className="grid gap-3 sm:grid-cols-[7rem_minmax(0,1fr)]">
          <ConfigChoice
            form={form}
            at="/method"
            label="Method"
            fallback="GET"
            onChoose={method}
            choices={['GET', 'POST'].map((value) => ({ value, label: value }))}
          />
          <ConfigText
            form={form}
            at="/url"
            label="URL"
            isRequired
            placeholder="https://api.example.com/usage?account={{tenant_id}}"
            hint={
              <>
                <code>{'{{tenant_id}}'}</code> is the customer’s tenant, <code>{'{{day}}'}</code> today.
              </>
            }
          />
        </div>
        {isPost && <Body form={form} />}
        <HeaderFields form={form} />
      </Part>
      <Part title="Sign-in">
        <SignIn form={form} />
      </Part>
      <Part title="Values in the answer" aside={<MappingKindChoice form={form} />}>
        <MappingFields form={form} />
      </Part>
      <Part title="Pages">
        <PagingFields form={form} />
      </Part>
    </>
  );
}

/** As it is typed; it is taken over whenever it is JSON. */
function Body({ form }: { form: SourceForm }) {
  const { config, setConfig, errorAt } = form;
  const [typed, setTyped] = useState(() => {
    const body = valueAt(config, '/body');
    return body === undefined ? '' : JSON.stringify(body, null, 2);
  });
  const isBroken = typed.trim() !== '' && parsed(typed) === undefined;
  return (
    <CodeArea
      label="Body as JSON"
      place="/body"
      value={typed}
      error={isBroken ? 'This is no JSON yet.' : errorAt('/body')}
      onChange={(text) => {
        setTyped(text);
        const body = parsed(text);
        if (body !== undefined || text.trim() === '') setConfig(withValue(config, '/body', body));
      }}
    />
  );
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

function SignIn({ form }: { form: SourceForm }) {
  const kind = textAt(form.config, '/auth/kind');
  const fresh = (value: string): Json => (value === 'api_key' ? { kind: value, header: 'X-Api-Key' } : { kind: value });
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      <ConfigChoice
        form={form}
        at="/auth/kind"
        label="Kind"
        fallback="none"
        choices={AUTHS}
        onChoose={(value) => form.setConfig(withValue(form.config, '/auth', fresh(value)))}
      />
      {kind === 'api_key' && <ConfigText form={form} at="/auth/header" label="Header of the key" isRequired />}
      {kind === 'oauth2_client_credentials' && (
        <>
          <ConfigText form={form} at="/auth/token_url" label="Address of tokens" isRequired placeholder="https://" />
          <ConfigText form={form} at="/auth/scope" label="Scope (optional)" />
          <ConfigText form={form} at="/auth/audience" label="Audience (optional)" />
          <ConfigChoice
            form={form}
            at="/auth/client_authentication"
            label="The client names itself"
            fallback="basic"
            choices={[
              { value: 'basic', label: 'by HTTP Basic' },
              { value: 'form', label: 'in the form' },
            ]}
          />
        </>
      )}
    </div>
  );
}

function PagingFields({ form }: { form: SourceForm }) {
  const kind = textAt(form.config, '/paging/kind');
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      <ConfigChoice
        form={form}
        at="/paging/kind"
        label="How it goes on"
        fallback="none"
        choices={PAGINGS}
        onChoose={(value) => form.setConfig(withValue(form.config, '/paging', FRESH_PAGING[value]))}
      />
      {(kind === 'next_url' || kind === 'cursor') && (
        <ConfigText
          form={form}
          at="/paging/path"
          label={kind === 'cursor' ? 'Path of the cursor' : 'Path of the next address'}
          isRequired
        />
      )}
      {(kind === 'cursor' || kind === 'page_number') && (
        <ConfigText form={form} at="/paging/parameter" label="Sent as the parameter" isRequired />
      )}
      {kind === 'page_number' && (
        <ConfigNumber form={form} at="/paging/first" label="Number of the first page" min={0} max={1} placeholder="1" />
      )}
      {kind !== '' && (
        <ConfigNumber form={form} at="/paging/max_pages" label="Pages at most" min={1} max={50} placeholder="50" />
      )}
    </div>
  );
}
