/** Logs without personal data, and metrics. What the rest of the house sees of pino and Prometheus. */

export interface Logger {
  debug(fields: Readonly<Record<string, unknown>>, message: string): void;
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
  child(fields: Readonly<Record<string, unknown>>): Logger;
}

export interface Counter {
  add(value: number, labels?: Readonly<Record<string, string>>): void;
}
export interface Gauge {
  set(value: number, labels?: Readonly<Record<string, string>>): void;
}
export interface Histogram {
  /** Seconds, or whatever unit the name states. */
  observe(value: number, labels?: Readonly<Record<string, string>>): void;
  /** The same for one set of labels, looked up once: for what is observed thousands of times a second. */
  bound(labels: Readonly<Record<string, string>>): (value: number) => void;
}

export interface Metrics {
  counter(name: string, help: string, labelNames?: readonly string[]): Counter;
  gauge(
    name: string,
    help: string,
    labelNames?: readonly string[],
    collect?: (gauge: Gauge) => void | Promise<void>,
  ): Gauge;
  histogram(name: string, help: string, labelNames?: readonly string[], buckets?: readonly number[]): Histogram;
  /** Current value of a counter, for tests and health. */
  value(name: string, labels?: Readonly<Record<string, string>>): Promise<number>;
  /** The Prometheus text exposition. */
  exposition(): Promise<{ contentType: string; body: string }>;
}
