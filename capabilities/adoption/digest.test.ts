import { expect, test } from 'vitest';
import { composeDigest, type PlanDigest } from './digest.ts';

const AT = '2026-11-21T02:10:00.000Z';
const quiet: PlanDigest = {
  planId: 'plan-1',
  plan: 'Rollout',
  customer: 'Acme',
  product: 'Projects',
  url: 'https://uptake.example/w/default/adoption/plans/plan-1',
  valuesStored: 4,
  newlyMet: [],
  lost: [],
  finished: [],
  failures: [],
  milestones: [],
  progress: { now: 60, before: 60 },
};

test('nothing is sent where nothing happened', () => {
  expect(composeDigest([], AT)).toBeUndefined();
  expect(composeDigest([quiet, quiet], AT)).toBeUndefined();
});

test('says of each plan what was done, met, lost and what failed, and leaves quiet plans out', () => {
  const busy: PlanDigest = {
    ...quiet,
    newlyMet: [{ task: 'Training', text: 'users_trained meets its criterion (120)' }],
    lost: [{ task: 'SSO', text: 'sso_enabled does not meet its criterion any more (false)' }],
    finished: [{ task: 'Training', text: '[AUTO] Task completed via telemetry (85% criteria met)' }],
    failures: [{ source: 'CRM', reason: 'answered 503 three times' }],
    milestones: ['75% reached: 4 of 5 tasks'],
    progress: { now: 80.4, before: 60 },
  };
  const digest = composeDigest([quiet, busy], AT)!;
  expect(digest.subject).toBe('Adoption: 1 task done, sources of 1 plan failing (Acme)');
  expect(digest.text).toBe(`Acme – Projects, Rollout: 80% (+20)
  Milestones:
  - 75% reached: 4 of 5 tasks
  Done:
  - Training: [AUTO] Task completed via telemetry (85% criteria met)
  Newly met:
  - Training: users_trained meets its criterion (120)
  No longer met:
  - SSO: sso_enabled does not meet its criterion any more (false)
  Failed:
  - CRM: answered 503 three times
  https://uptake.example/w/default/adoption/plans/plan-1
`);
  expect(digest.payload).toMatchObject({
    type: 'adoption.digest',
    timestamp: AT,
    data: {
      plans: [
        {
          plan_id: 'plan-1',
          values_stored: 4,
          finished: [{ task: 'Training' }],
          milestones: ['75% reached: 4 of 5 tasks'],
        },
      ],
    },
  });
});

test('names that are markup or more than a line stay names', () => {
  const odd = { ...quiet, customer: '<img src=x>\r\nBcc: x', failures: [{ source: 'a"&b', reason: 'x\ny' }] };
  const digest = composeDigest([odd], AT)!;
  expect(digest.subject).not.toMatch(/[\r\n]/);
  expect(digest.html).not.toContain('<img');
  expect(digest.html).toContain('a&quot;&amp;b');
  expect(digest.text).toContain('  - a"&b: x y\n');
});

test('long lists are cut in the mail and whole in the webhook', () => {
  const newlyMet = Array.from({ length: 30 }, (_, n) => ({ task: `T${n}`, text: 'a meets its criterion' }));
  const plans = Array.from({ length: 60 }, () => ({ ...quiet, newlyMet }));
  const digest = composeDigest(plans, AT)!;
  expect(digest.text).toContain('and 22 more');
  expect(digest.text).toContain('and 10 more plans with news');
  const { data } = digest.payload as { data: { plans: { newly_met: unknown[] }[] } };
  expect([data.plans.length, data.plans[0]!.newly_met.length]).toEqual([60, 30]);
});
