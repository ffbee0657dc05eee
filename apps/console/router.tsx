/** Every address of the console and what stands there. */
import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { ApiProblem } from './api/client.ts';
import { meQuery, workspaceQuery } from './api/queries.ts';
import type { Me } from './api/types.ts';
import { NoWorkspace } from './first-event/no-workspace.tsx';
import { OverviewScreen } from './overview/overview-screen.tsx';
import { parseSearch, stringifySearch } from './search-parameters.ts';
import { FailedScreen, MissingScreen, PendingScreen } from './shell/outcomes.tsx';
import { findEnvironment, isCustomerAdmin, rememberedPlace } from './shell/place.ts';
import { Shell } from './shell/shell.tsx';
import { SignInScreen } from './sign-in/sign-in-screen.tsx';

type RouterContext = { queryClient: QueryClient };

const root = createRootRouteWithContext<RouterContext>()({ component: Outlet });

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (search): { to?: string } => (typeof search.to === 'string' ? { to: search.to } : {}),
  component: SignInScreen,
});

const start = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: async ({ context, location }) => {
    const me = await signedIn(context.queryClient, location.href);
    const last = rememberedPlace().workspace;
    const workspace = me.workspaces.find(({ slug }) => slug === last) ?? me.workspaces[0];
    if (workspace) throw redirect({ to: '/w/$workspace', params: { workspace: workspace.slug }, replace: true });
  },
  component: NoWorkspace,
});

const workspace = createRoute({
  getParentRoute: () => root,
  path: '/w/$workspace',
  beforeLoad: async ({ context, location, params }) => {
    const me = await signedIn(context.queryClient, location.href);
    const summary = me.workspaces.find(({ slug }) => slug === params.workspace);
    if (summary === undefined) {
      throw new ApiProblem({
        status: 404,
        code: 'not_found',
        title: `You are in no workspace called “${params.workspace}”`,
        detail: 'It may have been renamed, or you may have left it. Ask whoever sent you the link to invite you.',
      });
    }
    // Fresh where it is stale: a product added meanwhile must not be answered with “there is no such environment”.
    return { summary, workspace: await context.queryClient.fetchQuery(workspaceQuery(summary)) };
  },
  component: Shell,
});

const workspaceStart = createRoute({
  getParentRoute: () => workspace,
  path: '/',
  beforeLoad: ({ context, params }) => {
    if (isCustomerAdmin(context.summary)) throw redirect({ to: '/w/$workspace/adoption', params, replace: true });
    const found = findEnvironment(context.workspace, {}, rememberedPlace());
    if (found === undefined) throw redirect({ to: '/w/$workspace/settings/products', params, replace: true });
    throw redirect({
      to: '/w/$workspace/p/$product/$environment',
      params: { ...params, product: found.product.slug, environment: found.environment.slug },
      replace: true,
    });
  },
});

const environment = createRoute({
  getParentRoute: () => workspace,
  path: '/p/$product/$environment',
  beforeLoad: ({ context, params }) => {
    const product = context.workspace.products.find(({ slug }) => slug === params.product);
    if (product?.environments.some(({ slug }) => slug === params.environment)) return;
    throw new ApiProblem({
      status: 404,
      code: 'not_found',
      title: `There is no environment “${params.product} / ${params.environment}” here`,
      detail: 'It may have been renamed. Choose another one in the switcher.',
    });
  },
  component: Outlet,
});

const overview = createRoute({ getParentRoute: () => environment, path: '/', component: OverviewScreen });

const live = createRoute({
  getParentRoute: () => environment,
  path: '/live',
  component: lazyRouteComponent(() => import('./live/live-screen.tsx'), 'LiveScreen'),
});

const explore = createRoute({
  getParentRoute: () => environment,
  path: '/explore',
  component: lazyRouteComponent(() => import('./explore/explore-screen.tsx'), 'ExploreScreen'),
});

const sendEvents = createRoute({
  getParentRoute: () => environment,
  path: '/send-events',
  component: lazyRouteComponent(() => import('./first-event/send-events-screen.tsx'), 'SendEventsScreen'),
});

const budget = createRoute({
  getParentRoute: () => environment,
  path: '/budget',
  component: lazyRouteComponent(() => import('./budgets/budgets-screen.tsx'), 'BudgetsScreen'),
});

const plan = createRoute({
  getParentRoute: () => environment,
  path: '/plan',
  component: lazyRouteComponent(() => import('./plan/plan-screen.tsx'), 'PlanScreen'),
});

const plannedEvent = createRoute({
  getParentRoute: () => environment,
  path: '/plan/$event',
  component: lazyRouteComponent(() => import('./plan/event-screen.tsx'), 'EventScreen'),
});

const proposal = createRoute({
  getParentRoute: () => environment,
  path: '/plan/draft/$event',
  component: lazyRouteComponent(() => import('./plan/proposal-screen.tsx'), 'ProposalScreen'),
});

const deadLetters = createRoute({
  getParentRoute: () => environment,
  path: '/dead-letters',
  component: lazyRouteComponent(() => import('./dead-letters/dead-letters-screen.tsx'), 'DeadLettersScreen'),
});

const deadLetterCause = createRoute({
  getParentRoute: () => environment,
  path: '/dead-letters/$cause',
  component: lazyRouteComponent(() => import('./dead-letters/cause-screen.tsx'), 'CauseScreen'),
});

const collection = createRoute({
  getParentRoute: () => environment,
  path: '/collection',
  component: lazyRouteComponent(() => import('./plan/collection-screen.tsx'), 'CollectionScreen'),
});

const privacy = createRoute({
  getParentRoute: () => environment,
  path: '/privacy',
  component: lazyRouteComponent(() => import('./privacy/privacy-screen.tsx'), 'PrivacyScreen'),
});

const adoption = createRoute({
  getParentRoute: () => workspace,
  path: '/adoption',
  component: lazyRouteComponent(() => import('./adoption/portfolio-screen.tsx'), 'PortfolioScreen'),
});

const adoptionPlan = createRoute({
  getParentRoute: () => workspace,
  path: '/adoption/plans/$plan',
  component: lazyRouteComponent(() => import('./adoption/plan-screen.tsx'), 'AdoptionPlanScreen'),
});

const adoptionCustomers = createRoute({
  getParentRoute: () => workspace,
  path: '/adoption/customers',
  component: lazyRouteComponent(() => import('./adoption/customers-screen.tsx'), 'CustomersScreen'),
});

const adoptionCustomer = createRoute({
  getParentRoute: () => workspace,
  path: '/adoption/customers/$customer',
  component: lazyRouteComponent(() => import('./adoption/customer-screen.tsx'), 'CustomerScreen'),
});

const adoptionTemplates = createRoute({
  getParentRoute: () => workspace,
  path: '/adoption/templates',
  component: lazyRouteComponent(() => import('./adoption/templates-screen.tsx'), 'TemplatesScreen'),
});

const adoptionTemplate = createRoute({
  getParentRoute: () => workspace,
  path: '/adoption/templates/$product',
  component: lazyRouteComponent(() => import('./adoption/template-screen.tsx'), 'TemplateScreen'),
});

const keys = createRoute({
  getParentRoute: () => workspace,
  path: '/settings/keys',
  component: lazyRouteComponent(() => import('./settings/keys-screen.tsx'), 'KeysScreen'),
});

const members = createRoute({
  getParentRoute: () => workspace,
  path: '/settings/members',
  component: lazyRouteComponent(() => import('./settings/members-screen.tsx'), 'MembersScreen'),
});

const reports = createRoute({
  getParentRoute: () => workspace,
  path: '/reports',
  component: lazyRouteComponent(() => import('./reports/reports-screen.tsx'), 'ReportsScreen'),
});

const report = createRoute({
  getParentRoute: () => workspace,
  path: '/reports/$report',
  component: lazyRouteComponent(() => import('./reports/report-screen.tsx'), 'ReportScreen'),
});

const system = createRoute({
  getParentRoute: () => workspace,
  path: '/system',
  component: lazyRouteComponent(() => import('./system/system-screen.tsx'), 'SystemScreen'),
});

/** The installation has one system page; it is shown in the frame of a workspace. */
const systemStart = createRoute({
  getParentRoute: () => root,
  path: '/system',
  validateSearch: (search): { window?: string } => (typeof search.window === 'string' ? { window: search.window } : {}),
  beforeLoad: async ({ context, location, search }) => {
    const me = await signedIn(context.queryClient, location.href);
    const last = rememberedPlace().workspace;
    const found = me.workspaces.find(({ slug }) => slug === last) ?? me.workspaces[0];
    if (found) {
      throw redirect({
        to: '/w/$workspace/system',
        params: { workspace: found.slug },
        search: search as never,
        replace: true,
      });
    }
  },
  component: NoWorkspace,
});

const governance = createRoute({
  getParentRoute: () => workspace,
  path: '/governance',
  beforeLoad: ({ params }) => {
    throw redirect({ to: '/w/$workspace/governance/approvals', params, replace: true });
  },
});

const approvals = createRoute({
  getParentRoute: () => workspace,
  path: '/governance/approvals',
  component: lazyRouteComponent(() => import('./governance/approvals-screen.tsx'), 'ApprovalsScreen'),
});

const person = createRoute({
  getParentRoute: () => workspace,
  path: '/governance/people/$approval',
  component: lazyRouteComponent(() => import('./governance/person-screen.tsx'), 'PersonScreen'),
});

const retention = createRoute({
  getParentRoute: () => workspace,
  path: '/governance/retention',
  component: lazyRouteComponent(() => import('./governance/retention-screen.tsx'), 'RetentionScreen'),
});

const erasure = createRoute({
  getParentRoute: () => workspace,
  path: '/governance/erasure',
  component: lazyRouteComponent(() => import('./governance/erasure-screen.tsx'), 'ErasureScreen'),
});

const audit = createRoute({
  getParentRoute: () => workspace,
  path: '/governance/audit',
  component: lazyRouteComponent(() => import('./governance/audit-screen.tsx'), 'AuditScreen'),
});

const products = createRoute({
  getParentRoute: () => workspace,
  path: '/settings/products',
  component: lazyRouteComponent(() => import('./settings/products-screen.tsx'), 'ProductsScreen'),
});

const routeTree = root.addChildren([
  signIn,
  start,
  systemStart,
  workspace.addChildren([
    workspaceStart,
    environment.addChildren([
      overview,
      live,
      explore,
      sendEvents,
      plan,
      plannedEvent,
      proposal,
      deadLetters,
      deadLetterCause,
      collection,
      privacy,
      budget,
    ]),
    adoption,
    adoptionPlan,
    adoptionCustomers,
    adoptionCustomer,
    adoptionTemplates,
    adoptionTemplate,
    reports,
    report,
    keys,
    members,
    products,
    system,
    governance,
    approvals,
    person,
    retention,
    erasure,
    audit,
  ]),
]);

export function createConsoleRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree,
    context: { queryClient },
    parseSearch,
    stringifySearch,
    defaultPreload: 'intent',
    scrollRestoration: true,
    defaultPendingMs: 300,
    defaultPendingComponent: PendingScreen,
    defaultErrorComponent: FailedScreen,
    defaultNotFoundComponent: MissingScreen,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createConsoleRouter>;
  }
}

/** The person, or a detour over the sign-in page that comes back to `href`. */
async function signedIn(queryClient: QueryClient, href: string): Promise<Me> {
  try {
    return await queryClient.ensureQueryData(meQuery);
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 401) {
      throw redirect({ to: '/sign-in', search: href === '/' ? {} : { to: href }, replace: true });
    }
    throw error;
  }
}
