/** Judges which alerts of an environment are on: shares that stay over what is allowed, and personal data found later. */

export type Thresholds = {
  /** Shares of what came in, 0 to 1; repeats do not count. */
  readonly rejectionRate: number;
  readonly dropRate: number;
  /** Of the stored rows that were looked at again, 0 to 1. */
  readonly piiRate: number;
  readonly sustainedMinutes: number;
};

/** Requirement E23: fewer than 1 % rejected, fewer than 0.1 % with personal data found after ingestion. */
export const DEFAULT_THRESHOLDS: Thresholds = {
  rejectionRate: 0.01,
  dropRate: 0.01,
  piiRate: 0.001,
  sustainedMinutes: 10,
};

export const ALERT_TYPES = ['sustained_rejections', 'sustained_drops', 'personal_data_found'] as const;

export type Alert = {
  readonly type: (typeof ALERT_TYPES)[number];
  /** '' where the alert is of the environment as a whole. */
  readonly source: string;
  readonly appVersion: string;
  readonly since: Date;
  readonly rate: number;
  readonly threshold: number;
};

/** What came in one minute from one source in one version. */
export type MinuteCounts = {
  readonly source: string;
  readonly appVersion: string;
  readonly minuteMs: number;
  /** All but repeats. */
  readonly received: number;
  readonly rejected: number;
  readonly dropped: number;
};

/** Fewer events than this in the whole time say nothing about a share. */
export const LEAST_EVENTS = 20;
/** Versions are whatever clients send: a flood of them must not become a flood of alerts. */
export const MOST_ALERTS = 50;
const PARTS = 3;
const MINUTE_MS = 60_000;

export type Judged = {
  readonly thresholds: Thresholds;
  readonly before: readonly Alert[];
  readonly counts: readonly MinuteCounts[];
  /** Of the last day. */
  readonly scanned: { readonly scannedEvents: number; readonly eventsWithFindings: number };
  /** Up to when everything was counted. */
  readonly untilMs: number;
};

/**
 * An alert begins when the share was over the threshold in each third of the time, so that one bad minute is none; it ends
 * when the share of the whole time no longer is.
 */
export function alertsNow(judged: Judged): readonly Alert[] {
  const { thresholds, before, scanned } = judged;
  const endMs = Math.floor(judged.untilMs / MINUTE_MS) * MINUTE_MS;
  const fromMs = endMs - thresholds.sustainedMinutes * MINUTE_MS;
  const known = new Map(before.map((alert) => [keyOf(alert), alert]));
  const alerts: Alert[] = [];
  const within = judged.counts.filter(({ minuteMs }) => minuteMs >= fromMs && minuteMs < endMs);
  for (const counts of Map.groupBy(within, ({ source, appVersion }) => `${source}\0${appVersion}`).values()) {
    const { source, appVersion } = counts[0]!;
    for (const [type, bad, threshold] of [
      ['sustained_rejections', 'rejected', thresholds.rejectionRate],
      ['sustained_drops', 'dropped', thresholds.dropRate],
    ] as const) {
      const of = { type, source, appVersion };
      const open = known.get(keyOf(of));
      const rate = shareOf(counts, bad);
      const isOn = open === undefined ? isSustained(counts, bad, threshold, fromMs, endMs) : rate > threshold;
      if (isOn) alerts.push({ ...of, since: open?.since ?? new Date(fromMs), rate, threshold });
    }
  }
  const found = scanned.scannedEvents === 0 ? 0 : scanned.eventsWithFindings / scanned.scannedEvents;
  if (found > thresholds.piiRate) {
    const of = { type: 'personal_data_found', source: '', appVersion: '' } as const;
    const since = known.get(keyOf(of))?.since ?? new Date(judged.untilMs);
    alerts.push({ ...of, since, rate: found, threshold: thresholds.piiRate });
  }
  return alerts.sort((a, b) => a.since.getTime() - b.since.getTime() || b.rate - a.rate).slice(0, MOST_ALERTS);
}

function isSustained(
  counts: readonly MinuteCounts[],
  bad: 'rejected' | 'dropped',
  threshold: number,
  fromMs: number,
  endMs: number,
): boolean {
  if (counts.reduce((sum, { received }) => sum + received, 0) < LEAST_EVENTS) return false;
  const parts = Map.groupBy(counts, ({ minuteMs }) => Math.floor(((minuteMs - fromMs) * PARTS) / (endMs - fromMs)));
  return parts.size === PARTS && [...parts.values()].every((part) => shareOf(part, bad) > threshold);
}

function shareOf(counts: readonly MinuteCounts[], bad: 'rejected' | 'dropped'): number {
  const received = counts.reduce((sum, each) => sum + each.received, 0);
  return received === 0 ? 0 : counts.reduce((sum, each) => sum + each[bad], 0) / received;
}

function keyOf({ type, source, appVersion }: Pick<Alert, 'type' | 'source' | 'appVersion'>): string {
  return [type, source, appVersion].join('\0');
}

/** As people read it, and as the health of telemetry shows it. */
export function messageOf({ type, source, appVersion, rate, threshold }: Alert): string {
  const share = `${percent(rate)} (allowed are ${percent(threshold)})`;
  if (type === 'personal_data_found') {
    return `Personal data was found in ${share} of the stored events that were looked at again. See which rule found it and where, and add a rule of your own.`;
  }
  const sender = `${source === '' ? 'a source' : source} events of ${appVersion === '' ? 'no version' : `version ${appVersion}`}`;
  return type === 'sustained_rejections'
    ? `Of ${sender}, ${share} are rejected. See the dead letters for why.`
    : `Of ${sender}, ${share} are dropped. See the reasons for why.`;
}

export function severityOf({ type }: Alert): 'warning' | 'critical' {
  return type === 'personal_data_found' ? 'critical' : 'warning';
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(2))} %`;
}
