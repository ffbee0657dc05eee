/** Code that sends a first event, for the places a product can send from. */

export type Snippet = { id: string; title: string; note: string; code: string };

/** Stands in the snippets until a key was made. */
export const KEY_PLACEHOLDER = 'YOUR_WRITE_KEY';

/** `key` is a write key, or the placeholder; `origin` the address of this server, without a slash at the end. */
export function snippetsFor(origin: string, key: string): Snippet[] {
  const url = `${origin}/api/v1/telemetry/events`;
  return [
    {
      id: 'curl',
      title: 'curl',
      note: 'Run it in a terminal. The answer says what became of the event.',
      code: `curl ${url} \\
  -H 'Authorization: Bearer ${key}' \\
  -H 'Content-Type: application/json' \\
  -d '{"event_name":"hello_uptake","tenant_id":"acme","user_id":"u-1","properties":{"from":"curl"}}'`,
    },
    {
      id: 'browser',
      title: 'Browser',
      note: 'Needs no library. A write key may stand in public code: it can send events and nothing else.',
      code: `const uptake = {
  url: '${url}',
  writeKey: '${key}',
  // Who uses the product; stored as pseudonyms where they name a person.
  tenant_id: 'acme',
  user_id: 'u-1',
};

export function track(event_name, properties = {}) {
  const event = {
    event_id: crypto.randomUUID(),
    event_name,
    timestamp: new Date().toISOString(),
    platform: 'web',
    surface: location.pathname,
    tenant_id: uptake.tenant_id,
    user_id: uptake.user_id,
    properties,
  };
  const body = JSON.stringify({ writeKey: uptake.writeKey, events: [event] });
  // A beacon is still sent when the page is being left.
  if (!navigator.sendBeacon(uptake.url, body)) {
    fetch(uptake.url, { method: 'POST', body, keepalive: true });
  }
}

track('hello_uptake', { from: 'browser' });`,
    },
    {
      id: 'node',
      title: 'Node',
      note: 'Any server works alike: one POST, up to 1,000 events in it.',
      code: `const response = await fetch('${url}', {
  method: 'POST',
  headers: {
    Authorization: 'Bearer ${key}',
    'Content-Type': 'application/json',
  },
  body: JSON.stringify({
    events: [{
      event_id: crypto.randomUUID(), // sent again with the same id, it counts once
      event_name: 'hello_uptake',
      timestamp: new Date().toISOString(),
      source: 'server',
      tenant_id: 'acme',
      user_id: 'u-1',
      properties: { from: 'node' },
    }],
  }),
});
console.log(await response.json()); // { accepted: 1, … }`,
    },
  ];
}
