/** The one seam for questions: scope, limits and a tag are put on here, and nothing else reads the store. */
import { randomUUID } from 'node:crypto';
import { type QuestionLimits, questionSuffix } from './dialect.ts';
import { ENGINE_CODES, type Engine, EngineError } from './engine.ts';
import { Gate } from './gate.ts';
import { type Question, QuestionFailed, type QuestionScope, QuestionTimedOut, StoreUnavailable } from './port.ts';
import { refusal } from './sql-text.ts';

/** Questions at work at once, and how many may wait behind them before the store says that it is busy. */
const RUNNING_QUESTIONS = 2;
const WAITING_QUESTIONS = 500;
const MAX_RESULT_ROWS = 1_000_000;
const MAX_RESULT_BYTES = 128 * 1024 * 1024;
/** A stream is read at the pace of a network: its reader, not the engine, decides how long it takes. */
const STREAM_TIMEOUT_MS = 60 * 60 * 1000;

export type QuestionOutcome = 'answered' | 'timed_out' | 'failed' | 'unavailable' | 'aborted';

export type QuestionsOptions = {
  readonly engine: Engine;
  readonly timeoutMs: number;
  readonly memoryLimitBytes: number;
  readonly nowMs: () => number;
  readonly onAnswer: (question: { name: string; outcome: QuestionOutcome; tookMs: number }) => void;
};

type OperatorQuestion = Omit<Question, 'scope'>;

export type Questions = {
  ask<Row>(question: Question): Promise<Row[]>;
  stream<Row>(question: Question): AsyncIterable<Row>;
  askAsOperator<Row>(question: OperatorQuestion): Promise<Row[]>;
};

export async function openQuestions(options: QuestionsOptions): Promise<Questions> {
  const { engine, nowMs } = options;
  const tableFunctions = await tableFunctionsOf(engine);
  const gate = new Gate(RUNNING_QUESTIONS, WAITING_QUESTIONS);
  const maxMemoryBytes = Math.floor(options.memoryLimitBytes / 2);

  function assertAllowed(question: Question): void {
    const reason = refusal(question.sql, tableFunctions);
    if (reason !== undefined) throw new QuestionFailed(`question ${question.name}: ${reason}`);
  }

  async function timed<Result>(name: string, timeoutMs: number, work: () => Promise<Result>): Promise<Result> {
    const startedAtMs = nowMs();
    const report = (outcome: QuestionOutcome) => options.onAnswer({ name, outcome, tookMs: nowMs() - startedAtMs });
    try {
      const result = await work();
      report('answered');
      return result;
    } catch (error) {
      const reason = asQuestionError(error, name, timeoutMs);
      report(outcomeOf(reason));
      throw reason;
    }
  }

  async function answer<Row>(question: OperatorQuestion, scope: QuestionScope | undefined): Promise<Row[]> {
    const timeoutMs = question.timeoutMs ?? options.timeoutMs;
    const limits = { timeoutMs, maxMemoryBytes, maxResultRows: MAX_RESULT_ROWS, maxResultBytes: MAX_RESULT_BYTES };
    return timed(question.name, timeoutMs, async () => {
      const release = await gate.enter(question.signal);
      if (release === undefined) throw new StoreUnavailable('the event store is busy: too many questions wait already');
      const tag = tagOf(question.name);
      const output = engine.run(statement(question, { tag, limits, scope }));
      // The place is free when the engine has stopped, not when the asker has left.
      output.then(release, release);
      const text = await untilAborted(output, question.signal, () => engine.cancel(tag));
      return text
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Row);
    });
  }

  async function* rows<Row>(question: Question): AsyncIterable<Row> {
    assertAllowed(question);
    const timeoutMs = question.timeoutMs ?? STREAM_TIMEOUT_MS;
    const limits = { timeoutMs, maxMemoryBytes };
    const pieces = engine.stream(statement(question, { tag: tagOf(question.name), limits, scope: question.scope }));
    const startedAtMs = nowMs();
    // A reader that leaves early ends the loop without a word.
    let outcome: QuestionOutcome = 'aborted';
    try {
      for await (const line of lines(pieces)) {
        question.signal?.throwIfAborted();
        yield JSON.parse(line) as Row;
      }
      outcome = 'answered';
    } catch (error) {
      const reason = asQuestionError(error, question.name, timeoutMs);
      outcome = outcomeOf(reason);
      throw reason;
    } finally {
      options.onAnswer({ name: question.name, outcome, tookMs: nowMs() - startedAtMs });
    }
  }

  return {
    async ask<Row>(question: Question) {
      assertAllowed(question);
      return answer<Row>(question, question.scope);
    },
    stream: rows,
    askAsOperator: (question) => answer(question, undefined),
  };
}

function statement(
  question: OperatorQuestion,
  input: { tag: string; limits: QuestionLimits; scope: QuestionScope | undefined },
): { sql: string; parameters: NonNullable<Question['parameters']> } {
  return { sql: question.sql + questionSuffix(input), parameters: question.parameters ?? {} };
}

/** Names the question in the engine's query log, and finds this one run of it when it has to be stopped. */
function tagOf(name: string): string {
  return `${name} ${randomUUID()}`;
}

/** The engine lists its own table functions, so that one of a newer release is not overlooked. */
async function tableFunctionsOf(engine: Engine): Promise<ReadonlySet<string>> {
  const output = await engine.run({ sql: 'SELECT name FROM system.table_functions FORMAT TabSeparated' });
  return new Set(output.toLowerCase().split('\n').filter(Boolean));
}

/** Leaves as soon as the asker does, and stops the engine behind it. */
async function untilAborted<Result>(
  work: Promise<Result>,
  signal: AbortSignal | undefined,
  cancel: () => Promise<void>,
): Promise<Result> {
  if (signal === undefined) return work;
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = () => {
    reject(signal.reason);
    // Stopping saves the engine work; where it fails, the time limit ends the question.
    cancel().catch(() => {});
  };
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

async function* lines(pieces: AsyncIterable<Uint8Array>): AsyncIterable<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const piece of pieces) {
    const complete = (rest + decoder.decode(piece, { stream: true })).split('\n');
    rest = complete.pop() ?? '';
    yield* complete.filter(Boolean);
  }
  if (rest !== '') yield rest;
}

/** Engine errors in the words of the port; what the asker's own signal gave is passed on as it is. */
function asQuestionError(error: unknown, name: string, timeoutMs: number): unknown {
  if (!(error instanceof EngineError)) {
    return error instanceof TypeError || error instanceof SyntaxError
      ? new QuestionFailed(`question ${name}: ${error.message}`, { cause: error })
      : error;
  }
  switch (error.code) {
    case ENGINE_CODES.timeoutExceeded:
      return new QuestionTimedOut(`question ${name} took longer than ${timeoutMs} ms`, { cause: error });
    case ENGINE_CODES.memoryLimitExceeded:
      return new StoreUnavailable(`question ${name} needs more memory than the event store may use`, { cause: error });
    default:
      return new QuestionFailed(`question ${name}: ${error.message}`, { cause: error });
  }
}

function outcomeOf(error: unknown): QuestionOutcome {
  if (error instanceof QuestionTimedOut) return 'timed_out';
  if (error instanceof QuestionFailed) return 'failed';
  return error instanceof StoreUnavailable ? 'unavailable' : 'aborted';
}
