export {
  type ChdbEventStoreOptions,
  EVENT_STORE_MIGRATIONS,
  openChdbEventStore,
  rollBackChdbEventStore,
} from './chdb.ts';
export {
  type Countable,
  columnExpression,
  countableExpression,
  LINKED_EVENTS,
  propertyExpression,
  propertyKindExpression,
} from './expressions.ts';
export * from './port.ts';
export { subjectCondition } from './subject.ts';
