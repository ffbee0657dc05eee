import { LIMITS } from '@uptake/domain/contract';
import { describe, expect, test } from 'vitest';
import { type EventBatch, eventBatches, MAX_BATCH_EVENTS } from './event-batches.ts';
import type { Line } from './lines.ts';

async function gather(texts: readonly (string | Partial<Line>)[]): Promise<EventBatch[]> {
  async function* lines(): AsyncGenerator<Line> {
    for (const [index, text] of texts.entries()) {
      const line = { text: '', number: index + 1, endOffset: (index + 1) * 100 };
      yield typeof text === 'string' ? { ...line, text } : { ...line, ...text };
    }
  }
  const batches: EventBatch[] = [];
  for await (const batch of eventBatches(lines())) batches.push(batch);
  return batches;
}

const event = (number: number): string => `{"event_id":"e-${number}","event_name":"x"}`;
const idIn = (text: string | undefined): string => (JSON.parse(text ?? '{}') as { event_id: string }).event_id;

describe('gathering events into batches', () => {
  test('closes a batch at 500 events and says where reading goes on', async () => {
    const batches = await gather(Array.from({ length: 2 * MAX_BATCH_EVENTS + 1 }, (_, number) => event(number)));
    expect(batches.map(({ events, endLine, endOffset }) => [events.length, endLine, endOffset])).toEqual([
      [500, 500, 50_000],
      [500, 1_000, 100_000],
      [1, 1_001, 100_100],
    ]);
  });

  test('closes a batch before its body grows beyond what the door takes', async () => {
    const large = JSON.stringify({ event_id: 'e', event_name: 'x', properties: { text: '漢'.repeat(20_000) } });
    const batches = await gather(Array.from({ length: 200 }, () => large));
    expect(batches.length).toBeGreaterThan(1);
    for (const { events } of batches) {
      expect(Buffer.byteLength(`{"events":[${events.join(',')}]}`)).toBeLessThan(LIMITS.bodyBytes);
    }
    expect(batches.reduce((sum, { events }) => sum + events.length, 0)).toBe(200);
  });

  test('sets aside what is no event, with the line and the reason, and sends the rest', async () => {
    const [batch] = await gather([
      event(1),
      '{"event_name":',
      '',
      '[1,2]',
      '"text"',
      'null',
      { unreadable: 'too_long' },
      { unreadable: 'not_utf8' },
      event(9),
    ]);
    expect(batch?.lines).toEqual([1, 9]);
    expect(batch?.unsendable.map(({ line, reason }) => [line, reason])).toEqual([
      [2, 'invalid_json'],
      [4, 'not_an_object'],
      [5, 'not_an_object'],
      [6, 'not_an_object'],
      [7, 'event_too_large'],
      [8, 'invalid_utf8'],
    ]);
    expect(batch?.endLine).toBe(9);
  });

  test('gives an event without an id one that follows from its line, so that sending it again is no second event', async () => {
    const lines = ['{"event_name":"x"}', '{"event_name":"x"}', '{ "event_name": "y" }', '{}', '{ }'];
    const [first] = await gather(lines);
    const [second] = await gather(lines);
    expect(first?.events).toEqual(second?.events);
    const ids = first?.events.map(idIn) ?? [];
    expect(new Set(ids).size).toBe(5);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(JSON.parse(first?.events[2] ?? '')).toMatchObject({ event_name: 'y' });
    expect(JSON.parse(first?.events[4] ?? '')).toEqual({ event_id: ids[4] });
  });

  test('leaves an event that has an id as it is, digit for digit', async () => {
    const text = '{"event_id":"e","properties":{"n":1.10,"big":12345678901234567890}}';
    expect((await gather([` ${text} `]))[0]?.events).toEqual([text]);
  });
});
