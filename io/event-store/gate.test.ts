import { expect, test } from 'vitest';
import { Gate } from './gate.ts';

const settled = async (promise: Promise<unknown>) =>
  Promise.race([promise.then(() => true), new Promise((resolve) => setTimeout(resolve, 5, false))]);

test('as many enter as there is room, and the others follow in order', async () => {
  const gate = new Gate(2, 10);
  const [first] = [await gate.enter(), await gate.enter()];
  const order: string[] = [];
  const enterAs = async (name: string) => {
    const leave = await gate.enter();
    order.push(name);
    return leave;
  };
  const third = enterAs('third');
  const fourth = enterAs('fourth');
  expect(await settled(third)).toBe(false);
  first?.();
  first?.();
  const leaveThird = await third;
  expect(await settled(fourth)).toBe(false);
  leaveThird?.();
  await fourth;
  expect(order).toEqual(['third', 'fourth']);
});

test('whoever comes when too many wait is sent away', async () => {
  const gate = new Gate(1, 1);
  const leave = await gate.enter();
  const waiting = gate.enter();
  expect(await gate.enter()).toBeUndefined();
  leave?.();
  expect(await waiting).toBeTypeOf('function');
});

test('a waiter that gives up takes no place with it', async () => {
  const gate = new Gate(1, 5);
  const leave = await gate.enter();
  const controller = new AbortController();
  const impatient = gate.enter(controller.signal);
  const patient = gate.enter();
  controller.abort(new Error('gone'));
  await expect(impatient).rejects.toThrow('gone');
  leave?.();
  expect(await patient).toBeTypeOf('function');
  await expect(gate.enter(AbortSignal.abort(new Error('late')))).rejects.toThrow('late');
});
