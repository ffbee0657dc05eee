/** Metrics on prom-client, one registry per server, so that tests and embedded programs do not share counters. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Gauge as GaugePort, Metrics } from './port.ts';

const SECONDS_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

export function createMetrics(options: { readonly processMetrics: boolean }): Metrics {
  const registry = new Registry();
  if (options.processMetrics) collectDefaultMetrics({ register: registry });
  const counters = new Map<string, Counter>();
  const gauges = new Map<string, Gauge>();
  const histograms = new Map<string, Histogram>();

  return {
    counter(name, help, labelNames = []) {
      const counter = remembered(
        counters,
        name,
        () => new Counter({ name, help, labelNames: [...labelNames], registers: [registry] }),
      );
      return { add: (value, labels = {}) => counter.inc(labels, value) };
    },
    gauge(name, help, labelNames = [], collect) {
      const gauge = remembered(gauges, name, () => {
        const port: GaugePort = { set: (value, labels = {}) => created.set(labels, value) };
        const created: Gauge = new Gauge({
          name,
          help,
          labelNames: [...labelNames],
          registers: [registry],
          ...(collect && { collect: () => collect(port) }),
        });
        return created;
      });
      return { set: (value, labels = {}) => gauge.set(labels, value) };
    },
    histogram(name, help, labelNames = [], buckets = SECONDS_BUCKETS) {
      const histogram = remembered(
        histograms,
        name,
        () => new Histogram({ name, help, labelNames: [...labelNames], buckets: [...buckets], registers: [registry] }),
      );
      return {
        observe: (value, labels = {}) => histogram.observe(labels, value),
        bound: (labels) => {
          const child = histogram.labels(labels);
          return (value) => child.observe(value);
        },
      };
    },
    async value(name, labels = {}) {
      const metric = await registry.getSingleMetric(name)?.get();
      const wanted = Object.entries(labels);
      const matching = (metric?.values ?? []).filter((sample) =>
        wanted.every(([label, value]) => (sample.labels as Record<string, unknown>)[label] === value),
      );
      return matching.reduce((sum, sample) => sum + sample.value, 0);
    },
    async exposition() {
      return { contentType: registry.contentType, body: await registry.metrics() };
    },
  };
}

function remembered<Metric>(known: Map<string, Metric>, name: string, create: () => Metric): Metric {
  const existing = known.get(name);
  if (existing !== undefined) return existing;
  const created = create();
  known.set(name, created);
  return created;
}
