/** Asks the event store, and says in the words of the problem table why there is no answer. */
import { Problem } from '@uptake/domain/contract';
import { type EventStore, type Question, QuestionTimedOut, StoreUnavailable } from '@uptake/io/event-store';

const RETRY_AFTER_SECONDS = 2;

export async function ask<Row extends Record<string, unknown>>(
  eventStore: EventStore,
  question: Question,
): Promise<Row[]> {
  try {
    return await eventStore.ask<Row>(question);
  } catch (error) {
    if (error instanceof QuestionTimedOut) {
      const detail = 'Counting this took too long. Ask for a shorter period, fewer series, or no breakdown.';
      throw new Problem('query_timeout', detail, { cause: error });
    }
    if (error instanceof StoreUnavailable) {
      const detail = 'The event store cannot answer right now. Try again in a moment, or ask for less at once.';
      throw new Problem('store_unavailable', detail, { cause: error, retryAfterSeconds: RETRY_AFTER_SECONDS });
    }
    throw error;
  }
}
