import { expect, test } from 'vitest';
import { Turns } from './turns.ts';

function pending() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { promise, resolve };
}

test('inserts run side by side', async () => {
  const turns = new Turns();
  const [first, second] = [pending(), pending()];
  const done: string[] = [];
  const both = [
    turns.insert(() => first.promise).then(() => done.push('first')),
    turns.insert(() => second.promise).then(() => done.push('second')),
  ];
  second.resolve();
  await both[1];
  first.resolve();
  await both[0];
  expect(done).toEqual(['second', 'first']);
});

test('what must be alone waits for the insert under way, and later inserts wait for it', async () => {
  const turns = new Turns();
  const [insert, alone] = [pending(), pending()];
  const order: string[] = [];
  const all = [
    turns.insert(() => insert.promise.then(() => order.push('insert'))),
    turns.alone(() => {
      order.push('alone begins');
      return alone.promise.then(() => order.push('alone ends'));
    }),
    turns.insert(async () => order.push('later insert')),
    turns.alone(async () => order.push('second alone')),
  ];
  await new Promise(setImmediate);
  expect(order).toEqual([]);
  insert.resolve();
  await new Promise(setImmediate);
  expect(order).toEqual(['insert', 'alone begins']);
  alone.resolve();
  await Promise.all(all);
  expect(order.slice(0, 3)).toEqual(['insert', 'alone begins', 'alone ends']);
  expect(order.slice(3).sort()).toEqual(['later insert', 'second alone']);
});

test('a failure ends the turn', async () => {
  const turns = new Turns();
  await expect(turns.alone(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  await expect(turns.insert(() => Promise.reject(new Error('neither')))).rejects.toThrow('neither');
  expect(await turns.alone(async () => 'goes on')).toBe('goes on');
});
