import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Principal } from '@uptake/domain/contract';
import { ledgersAmong } from '@uptake/domain/ledger';
import { environments } from '@uptake/io/control-store/schema';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestDoor, type TestDoor } from './door.fixture.ts';
import { createLive, type Live, type LiveScope } from './live.ts';

let door: TestDoor;
let live: Live;
let server: Server;
let scope: LiveScope;
/** A second environment of the workspace, which becomes a ledger. */
let ledger: Principal;

beforeAll(async () => {
  door = await openTestDoor();
  const { access } = door.testAccess;
  live = createLive({ eventLog: door.eventLog, metrics: door.testAccess.metrics });
  const { workspaceId, productId } = door.first;
  const made = await access.workspaces.createEnvironment(
    workspaceId,
    productId,
    { name: 'Ledger' },
    { kind: 'system' },
  );
  await door.testAccess.controlStore.asSystem((tx) =>
    tx.update(environments).set({ policy: 'ledger' }).where(eq(environments.id, made.id)),
  );
  const key = await access.keys.create(
    workspaceId,
    { kind: 'write', name: 'ledger', environmentId: made.id },
    { kind: 'system' },
  );
  const principal = await access.readModel.authenticateKey(key.key, '127.0.0.1');
  // Its policy lets no event in without a plan, and what is tested here is what is shown of one that is there.
  ledger = {
    ...principal,
    environment: { mode: 'observe', policy: 'full', eventsPerSecondLimit: undefined },
  } as Principal;
  scope = { workspaceId, environmentId: undefined };
  const lookUp = async () => ledgersAmong(await access.workspaces.environmentsOf(workspaceId));
  server = createServer((_, response) => {
    void lookUp().then((ids) => live.stream(scope, { ids, lookUp }, response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
}, 60_000);
afterAll(async () => {
  live.close();
  server.close();
  await door.close();
});

/** The names shown up to and including `last`. */
async function shownUntil(last: string, send: () => Promise<void>): Promise<string[]> {
  const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = (await reader.read()).value ?? '';
  await send();
  const names = () => [...text.matchAll(/"event_name":"(\w+)"/g)].map((match) => match[1]!);
  while (!names().includes(last)) text += (await reader.read()).value ?? '';
  await reader.cancel();
  return names();
}

describe('the live view', () => {
  test('shows no event of a ledger, be it asked for the whole workspace', async () => {
    const names = await shownUntil('afterwards', async () => {
      expect(await door.collect.ingest(ledger, [{ event_name: 'invoice_sent' }])).toMatchObject({ accepted: 1 });
      await door.post({ event_name: 'afterwards' });
    });
    expect(names).toEqual(['afterwards']);
  });
});
