/**
 * Writes the rows of one request. Where its body held no backslash, no text of it needs escaping, and rows are pasted
 * together: what JSON.stringify spends its time on is looking for characters to escape. Events of one request mostly share
 * application, device and place, so those columns are written once and used again while they stay the same.
 *
 * Measured (decision 0007), with the copy into bytes: 1.1 µs instead of 2.0 for a full event, 0.8 instead of 1.5 for a compact one.
 */
import type { Event, PropertyValue } from './envelope.ts';
import { type EventScope, encodeRow, seconds } from './row.ts';

export class RowEncoder {
  readonly #scope: EventScope;
  readonly #needsNoEscapes: boolean;
  readonly #head: string;
  /** The event whose columns the pieces below were written from. */
  #last: Event | undefined;
  #application = '';
  #place = '';
  #client = '';
  #receivedAtMs = Number.NaN;
  #receivedAt = '';

  /** `needsNoEscapes` only where no text of the events holds a quotation mark, a backslash, a control character or half a surrogate pair. */
  constructor(scope: EventScope, needsNoEscapes: boolean) {
    this.#scope = scope;
    this.#needsNoEscapes = needsNoEscapes;
    this.#head = `["${scope.workspaceId}","${scope.productId}","${scope.environmentId}","`;
  }

  /** The same text as `encodeRow`. */
  row(event: Event): string {
    return this.#needsNoEscapes ? this.#paste(event) : encodeRow(this.#scope, event);
  }

  /** In the order of `EVENT_COLUMNS`; the pieces bring the quotation marks of their neighbours along. */
  #paste(event: Event): string {
    const last = this.#last;
    if (last === undefined || !isSameApplication(event, last)) this.#application = applicationOf(event);
    if (last === undefined || !isSamePlace(event, last)) this.#place = placeOf(event);
    if (last === undefined || !isSameClient(event, last)) this.#client = clientOf(event);
    this.#last = event;
    if (event.receivedAtMs !== this.#receivedAtMs) {
      this.#receivedAtMs = event.receivedAtMs;
      this.#receivedAt = seconds(event.receivedAtMs);
    }
    const timestamp = seconds(event.timestampMs);
    const original = event.originalTimestampMs === event.timestampMs ? timestamp : seconds(event.originalTimestampMs);
    return (
      `${this.#head}${event.eventId}","${event.eventName}","${event.eventType}","${timestamp}","${original}","${this.#receivedAt}` +
      `${this.#application}${event.tenantId}","${event.userId}","${event.userRole}","${event.sessionId}` +
      `${this.#place}${event.requestId}","${event.traceId}","${event.correlationId}` +
      `${this.#client}${objectText(event.properties)},${event.weight},${event.isPlanned},${event.schemaVersion},"${event.consent}"]`
    );
  }
}

function isSameApplication(one: Event, two: Event): boolean {
  return one.source === two.source && one.platform === two.platform && one.appVersion === two.appVersion;
}

function applicationOf({ source, platform, appVersion }: Event): string {
  return `","${source}","${platform}","${appVersion}","`;
}

function isSamePlace(one: Event, two: Event): boolean {
  return (
    one.authContext === two.authContext &&
    one.isInternal === two.isInternal &&
    one.featureArea === two.featureArea &&
    one.workflowName === two.workflowName &&
    one.surface === two.surface &&
    // The very same object: the empty one that events without assignments share.
    one.experimentAssignments === two.experimentAssignments
  );
}

function placeOf({
  authContext,
  isInternal,
  featureArea,
  workflowName,
  surface,
  experimentAssignments,
}: Event): string {
  return `","${authContext}",${isInternal},"${featureArea}","${workflowName}","${surface}",${objectText(experimentAssignments)},"`;
}

function isSameClient(one: Event, two: Event): boolean {
  return (
    one.deviceType === two.deviceType &&
    one.browserFamily === two.browserFamily &&
    one.osFamily === two.osFamily &&
    one.country === two.country &&
    one.region === two.region &&
    one.connectionType === two.connectionType &&
    one.piiClassification === two.piiClassification &&
    one.dataSensitivity === two.dataSensitivity
  );
}

function clientOf(event: Event): string {
  return (
    `","${event.deviceType}","${event.browserFamily}","${event.osFamily}","${event.country}","${event.region}",` +
    `"${event.connectionType}","${event.piiClassification}","${event.dataSensitivity}",`
  );
}

/** Texts and names need no escapes; what is nested is rare and left to the engine. */
function objectText(object: { readonly [name: string]: PropertyValue }): string {
  let text = '';
  let separator = '{';
  for (const name in object) {
    const value = object[name];
    if (value === undefined) continue;
    if (typeof value === 'string') text += `${separator}"${name}":"${value}"`;
    else text += `${separator}"${name}":${typeof value === 'object' ? JSON.stringify(value) : value}`;
    separator = ',';
  }
  return text === '' ? '{}' : `${text}}`;
}
