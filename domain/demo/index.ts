/** A believable B2B product suite: its tenants, ninety days of their events, and the stories its charts tell. */

export {
  DEMO_CUSTOMERS,
  DEMO_TEMPLATES,
  type DemoAdoptionCustomer,
  type DemoAttribute,
  type DemoPlan,
  type DemoTask,
  demoReached,
  demoTaskReached,
  demoValue,
} from './adoption.ts';
export { DEMO_BATCH_EVENTS, type DemoBatch, type DemoOptions, demoEvents } from './events.ts';
export type { IncomingEvent } from './incoming-event.ts';
export { DEMO_MISTAKES, demoMistakes } from './mistakes.ts';
export { DEMO_PRODUCTS } from './releases.ts';
export { DEMO_STORIES, type DemoStory, type StoryDefinition } from './stories.ts';
export { DEMO_TENANTS, type DemoProductSlug, type DemoTenant } from './tenants.ts';
export { DEMO_TRACKING_PLAN } from './tracking-plan.ts';
