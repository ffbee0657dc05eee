import { expect, test } from 'vitest';
import { ApiProblem } from './client.ts';
import { answerOf } from './graph.ts';

const failure = (status: number, text: string): ApiProblem => {
  try {
    answerOf(status, text);
  } catch (error) {
    if (error instanceof ApiProblem) return error;
  }
  throw new Error('it did not fail');
};

test('the data of a reply is the answer', () => {
  expect(answerOf(200, '{"data":{"portfolio":{"plans":3}}}')).toEqual({ portfolio: { plans: 3 } });
});

test('an error of the graph is the same problem REST would answer with', () => {
  const reply = {
    data: { applyRecommendation: null },
    errors: [
      {
        message: 'Somebody saved version 4 meanwhile.',
        extensions: {
          code: 'conflict',
          title: 'Changed meanwhile',
          errors: [{ path: '/tasks/0/name', message: 'is empty' }],
          requestId: 'r-1',
        },
      },
    ],
  };
  expect(failure(200, JSON.stringify(reply))).toMatchObject({
    code: 'conflict',
    title: 'Changed meanwhile',
    detail: 'Somebody saved version 4 meanwhile.',
    errors: [{ path: '/tasks/0/name', message: 'is empty' }],
    requestId: 'r-1',
    isTransient: false,
  });
});

test('a session that ended is told as such, so that the sign-in page follows', () => {
  const text = JSON.stringify({ errors: [{ message: 'Sign in.', extensions: { code: 'unauthenticated' } }] });
  expect(failure(401, text)).toMatchObject({ status: 401, code: 'unauthenticated' });
});

test('a page of a proxy is no answer', () => {
  expect(failure(502, '<html>Bad gateway</html>')).toMatchObject({ status: 502, code: 'unexpected_answer' });
});
