/** How often a cron pattern lets values be expected, in whole days: what makes silence noticeable. */

/** `undefined` where values come by hand. A pattern of several days of a week is expected as often as its longest pause. */
export function expectedEveryDays(cron: string | null): number | undefined {
  if (cron === null) return undefined;
  const fields = cron.trim().split(/\s+/);
  const [, , dayOfMonth = '*', month = '*', dayOfWeek = '*'] = fields.slice(-5);
  if (month !== '*') return 366;
  if (dayOfMonth !== '*') return 31;
  return dayOfWeek === '*' || dayOfWeek === '?' ? 1 : 7;
}
