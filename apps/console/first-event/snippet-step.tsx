/** Step two: a snippet to run, or a button that sends a test event from this very page. */
import { useMutation } from '@tanstack/react-query';
import { Send } from 'lucide-react';
import { Tabs } from 'radix-ui';
import { useState } from 'react';
import { problemOf, send } from '../api/client.ts';
import { formatCount } from '../format/numbers.ts';
import { Button } from '../ui/button.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { ProblemNotice } from '../ui/notice.tsx';
import { KEY_PLACEHOLDER, snippetsFor } from './snippets.ts';
import { Step } from './step.tsx';

export function SnippetStep({ createdKey }: { createdKey: string | undefined }) {
  const snippets = snippetsFor(location.origin, createdKey ?? KEY_PLACEHOLDER);
  const [chosen, setChosen] = useState('curl');
  const code = snippets.find(({ id }) => id === chosen)?.code ?? '';
  return (
    <Step number={2} title="Send an event" isDone={false}>
      <Tabs.Root value={chosen} onValueChange={setChosen}>
        <div className="mb-2 flex items-center justify-between gap-2">
          <Tabs.List
            aria-label="Where to send from"
            className="inline-flex gap-0.5 rounded-lg bg-sunken p-0.5 ring-1 ring-inset ring-line"
          >
            {snippets.map(({ id, title }) => (
              <Tabs.Trigger
                key={id}
                value={id}
                className="h-7 rounded-md px-3 text-xs font-medium text-muted hover:text-ink data-[state=active]:bg-raised data-[state=active]:text-ink data-[state=active]:shadow-card"
              >
                {title}
              </Tabs.Trigger>
            ))}
          </Tabs.List>
          <CopyButton text={code} />
        </div>
        {snippets.map(({ id, note, code: shown }) => (
          <Tabs.Content key={id} value={id} className="rounded-lg">
            <div className="rounded-lg bg-sunken ring-1 ring-line">
              <section
                // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
                tabIndex={0}
                aria-label={`${id} snippet`}
                className="max-h-80 overflow-auto rounded-lg p-3 text-xs leading-5 text-ink"
              >
                <pre className="font-mono">{shown}</pre>
              </section>
            </div>
            <p className="mt-2 text-xs text-muted">{note}</p>
          </Tabs.Content>
        ))}
      </Tabs.Root>
      {createdKey && <TestEvent writeKey={createdKey} />}
    </Step>
  );
}

type Receipt = { accepted: number; results: { reason?: string; detail?: string }[] };

function TestEvent({ writeKey }: { writeKey: string }) {
  const sending = useMutation({
    mutationFn: async (): Promise<Receipt> => {
      const event = {
        event_id: crypto.randomUUID(),
        event_name: 'hello_uptake',
        timestamp: new Date().toISOString(),
        platform: 'web',
        surface: location.pathname,
        tenant_id: 'acme',
        user_id: 'u-1',
        properties: { from: 'console' },
      };
      const response = await send('/api/v1/telemetry/events', { method: 'POST', body: { writeKey, events: [event] } });
      const body: unknown = await response.json();
      if (!response.ok) throw problemOf(response, body);
      return body as Receipt;
    },
  });
  const refused = sending.data && sending.data.accepted === 0 ? sending.data.results[0] : undefined;
  return (
    <div className="mt-4 border-t border-line pt-4">
      <div className="flex flex-wrap items-center gap-3">
        <Button isPending={sending.isPending} onClick={() => sending.mutate()}>
          <Send className="size-4" aria-hidden="true" /> Send a test event from this page
        </Button>
        <span className="text-xs text-muted" aria-live="polite">
          {sending.data && sending.data.accepted > 0 && `${formatCount(sending.data.accepted, 'event')} accepted.`}
          {refused && `Not accepted: ${refused.detail ?? refused.reason ?? 'no reason given'}`}
        </span>
      </div>
      {sending.isError && <ProblemNotice error={sending.error} className="mt-3" />}
    </div>
  );
}
