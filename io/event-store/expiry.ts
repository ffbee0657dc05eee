/** Which rows are older than they may be, by class and environment. */
import type { Expiry } from './port.ts';
import { quote } from './sql-text.ts';
import { uuid } from './subject.ts';

export function expiredCondition(expiry: Expiry): string {
  if (!Number.isSafeInteger(expiry.beforeMs)) throw new RangeError('a time in whole milliseconds');
  const before =
    expiry.timeColumn === 'hour' || expiry.timeColumn === 'minute'
      ? `toDateTime(${Math.floor(expiry.beforeMs / 1000)}, 'UTC')`
      : `fromUnixTimestamp64Milli(toInt64(${expiry.beforeMs}), 'UTC')`;
  const parts = [
    `workspace_id = ${uuid(expiry.workspaceId)}`,
    `environment_id = ${uuid(expiry.environmentId)}`,
    `${expiry.timeColumn} < ${before}`,
  ];
  if (expiry.sensitivity === 'restricted') parts.push(`data_sensitivity = ${quote('restricted')}`);
  if (expiry.sensitivity === 'other') parts.push(`data_sensitivity != ${quote('restricted')}`);
  return parts.join(' AND ');
}
