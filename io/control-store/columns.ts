/** Kinds of column that many tables have. */
import { timestamp } from 'drizzle-orm/pg-core';

/** An instant to the millisecond, as JavaScript has it. */
export const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date', precision: 3 });
