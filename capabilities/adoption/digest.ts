/** What happened to plans since the last digest, as a mail and as the body of a webhook. Plans without news are left out. */

export type PlanDigest = {
  readonly planId: string;
  readonly plan: string;
  readonly customer: string;
  readonly product: string;
  /** Where the plan is seen. */
  readonly url: string;
  readonly valuesStored: number;
  readonly newlyMet: readonly TaskNews[];
  /** Were met, and are no longer. */
  readonly lost: readonly TaskNews[];
  readonly finished: readonly TaskNews[];
  /** Of the plan as a whole, in words: how far it came, or that it stalled. */
  readonly milestones: readonly string[];
  readonly failures: readonly { readonly source: string; readonly reason: string }[];
  /** Combined progress in percent, now and at the last digest. */
  readonly progress: { readonly now: number; readonly before: number };
};

export type TaskNews = { readonly task: string; readonly text: string };

export type Digest = {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** The body of the webhook, as JSON; `type` and `timestamp` as Standard Webhooks recommends. */
  readonly payload: unknown;
};

/** A mail is read on a phone: beyond these, the plan itself is the place to look. */
const SHOWN_LINES = 8;
const SHOWN_PLANS = 50;

/** Undefined where nothing happened to any of them. `atIso` is when it is composed. */
export function composeDigest(plans: readonly PlanDigest[], atIso: string): Digest | undefined {
  const news = plans.filter(hasNews);
  if (news.length === 0) return undefined;
  const shown = news.slice(0, SHOWN_PLANS);
  const more = news.length - shown.length;
  const moreText = more > 0 ? `\nand ${count(more, 'more plan')} with news.\n` : '';
  return {
    subject: subjectOf(news),
    text: `${shown.map(planText).join('\n')}${moreText}`,
    html: `<!doctype html><meta charset="utf-8">${shown.map(planHtml).join('')}${more > 0 ? `<p>and ${count(more, 'more plan')} with news.</p>` : ''}`,
    payload: {
      type: 'adoption.digest',
      timestamp: atIso,
      data: { plans: news.map(payloadOf) },
    },
  };
}

function hasNews({ newlyMet, lost, finished, failures, milestones }: PlanDigest): boolean {
  return newlyMet.length + lost.length + finished.length + failures.length + milestones.length > 0;
}

function subjectOf(news: readonly PlanDigest[]): string {
  const finished = news.reduce((sum, plan) => sum + plan.finished.length, 0);
  const failing = news.filter(({ failures }) => failures.length > 0).length;
  const parts = [
    finished > 0 && `${count(finished, 'task')} done`,
    failing > 0 && `sources of ${count(failing, 'plan')} failing`,
  ].filter((part) => part !== false);
  const where = news.length === 1 ? oneLine(news[0]!.customer) : count(news.length, 'plan');
  return `Adoption: ${parts.length === 0 ? 'news' : parts.join(', ')} (${where})`.slice(0, 200);
}

type Section = { readonly title: string; readonly lines: readonly string[] };

function sectionsOf({ newlyMet, lost, finished, failures, milestones }: PlanDigest): readonly Section[] {
  const line = ({ task, text }: TaskNews) => `${task}: ${text}`;
  return [
    { title: 'Milestones', lines: milestones },
    { title: 'Done', lines: finished.map(line) },
    { title: 'Newly met', lines: newlyMet.map(line) },
    { title: 'No longer met', lines: lost.map(line) },
    { title: 'Failed', lines: failures.map(({ source, reason }) => `${source}: ${reason}`) },
  ].filter(({ lines }) => lines.length > 0);
}

function headline({ customer, product, plan, progress }: PlanDigest): string {
  const moved = Math.round(progress.now) - Math.round(progress.before);
  const change = moved === 0 ? '' : ` (${moved > 0 ? '+' : ''}${moved})`;
  return `${customer} – ${product}, ${plan}: ${Math.round(progress.now)}%${change}`;
}

function planText(plan: PlanDigest): string {
  const sections = sectionsOf(plan).map(
    ({ title, lines }) =>
      `  ${title}:\n${shortened(lines)
        .map((line) => `  - ${oneLine(line)}\n`)
        .join('')}`,
  );
  return `${oneLine(headline(plan))}\n${sections.join('')}  ${plan.url}\n`;
}

function planHtml(plan: PlanDigest): string {
  const sections = sectionsOf(plan).map(
    ({ title, lines }) =>
      `<p>${title}</p><ul>${shortened(lines)
        .map((line) => `<li>${escapeHtml(line)}</li>`)
        .join('')}</ul>`,
  );
  return `<h2><a href="${escapeHtml(plan.url)}">${escapeHtml(headline(plan))}</a></h2>${sections.join('')}`;
}

function shortened(lines: readonly string[]): readonly string[] {
  if (lines.length <= SHOWN_LINES) return lines;
  return [...lines.slice(0, SHOWN_LINES), `and ${lines.length - SHOWN_LINES} more`];
}

function payloadOf(plan: PlanDigest) {
  const { planId, customer, product, url, valuesStored, progress, milestones, newlyMet, lost, finished, failures } =
    plan;
  return {
    plan_id: planId,
    plan: plan.plan,
    customer,
    product,
    url,
    values_stored: valuesStored,
    progress,
    milestones,
    newly_met: newlyMet,
    lost,
    finished,
    failures,
  };
}

/** Names come from people and files: a line of theirs must not begin another one of ours. */
function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ');
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

function count(number: number, singular: string): string {
  return `${number.toLocaleString('en-US')} ${number === 1 ? singular : `${singular}s`}`;
}
