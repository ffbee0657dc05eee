/** The screens of an environment and of the workspace: a side bar when there is room, a bottom bar on a phone. */
import { Link, type LinkProps, useMatchRoute, useNavigate, useRouterState } from '@tanstack/react-router';
import {
  Boxes,
  ChartLine,
  ClipboardList,
  Ellipsis,
  FileText,
  Gauge,
  Handshake,
  KeyRound,
  LayoutDashboard,
  ListFilter,
  Lock,
  type LucideIcon,
  MailX,
  Radio,
  Send,
  ServerCog,
  ShieldCheck,
  Users,
} from 'lucide-react';
import { classNames } from '../ui/class-names.ts';
import { Menu, MenuItem, MenuLabel } from '../ui/menu.tsx';
import { isCustomerAdmin, type Place, usePlace } from './place.ts';

export type Destination = {
  label: string;
  icon: LucideIcon;
  group: 'environment' | 'settings';
  link: LinkProps;
  isExact?: boolean;
};

/** Every screen the person can go to from `place`; the command palette offers the same list. */
export function destinationsFrom({ me, summary, workspace, product, environment }: Place): Destination[] {
  const inWorkspace = { workspace: workspace.slug };
  const adoption: Destination = {
    label: 'Adoption',
    icon: Handshake,
    group: 'environment',
    link: { to: '/w/$workspace/adoption', params: inWorkspace },
  };
  if (isCustomerAdmin(summary)) return [adoption];
  const settings: Destination[] = [
    {
      label: 'Keys',
      icon: KeyRound,
      group: 'settings',
      link: { to: '/w/$workspace/settings/keys', params: inWorkspace },
    },
    {
      label: 'Members',
      icon: Users,
      group: 'settings',
      link: { to: '/w/$workspace/settings/members', params: inWorkspace },
    },
    {
      label: 'Products',
      icon: Boxes,
      group: 'settings',
      link: { to: '/w/$workspace/settings/products', params: inWorkspace },
    },
  ];
  settings.unshift({
    label: 'Governance',
    icon: ShieldCheck,
    group: 'settings',
    link: { to: '/w/$workspace/governance', params: inWorkspace },
  });
  if (me.user.is_operator) {
    const link: LinkProps = { to: '/w/$workspace/system', params: inWorkspace };
    settings.push({ label: 'System', icon: ServerCog, group: 'settings', link });
  }
  const reports: Destination = {
    label: 'Reports',
    icon: FileText,
    group: 'environment',
    link: { to: '/w/$workspace/reports', params: inWorkspace },
  };
  if (product === undefined || environment === undefined) return [adoption, reports, ...settings];
  const params = { ...inWorkspace, product: product.slug, environment: environment.slug };
  const base = '/w/$workspace/p/$product/$environment' as const;
  return [
    { label: 'Overview', icon: LayoutDashboard, group: 'environment', link: { to: base, params }, isExact: true },
    { label: 'Explore', icon: ChartLine, group: 'environment', link: { to: `${base}/explore`, params } },
    { label: 'Live', icon: Radio, group: 'environment', link: { to: `${base}/live`, params } },
    adoption,
    reports,
    { label: 'Send events', icon: Send, group: 'environment', link: { to: `${base}/send-events`, params } },
    { label: 'Tracking plan', icon: ClipboardList, group: 'environment', link: { to: `${base}/plan`, params } },
    { label: 'Dead letters', icon: MailX, group: 'environment', link: { to: `${base}/dead-letters`, params } },
    { label: 'Collection', icon: ListFilter, group: 'environment', link: { to: `${base}/collection`, params } },
    { label: 'Privacy', icon: Lock, group: 'environment', link: { to: `${base}/privacy`, params } },
    { label: 'Budget', icon: Gauge, group: 'environment', link: { to: `${base}/budget`, params } },
    ...settings,
  ];
}

export function SideNavigation() {
  const destinations = destinationsFrom(usePlace());
  return (
    <nav aria-label="Main" className="flex flex-col gap-4">
      <ul className="space-y-0.5">{destinations.filter((one) => one.group === 'environment').map(sideItem)}</ul>
      <div>
        <p className="px-2.5 pb-1 text-xs font-medium text-faint">Settings</p>
        <ul className="space-y-0.5">{destinations.filter((one) => one.group === 'settings').map(sideItem)}</ul>
      </div>
    </nav>
  );
}

function sideItem({ label, icon: Icon, link, isExact }: Destination) {
  return (
    <li key={label}>
      <Link
        {...link}
        activeOptions={{ exact: isExact ?? false, includeSearch: false }}
        className="flex h-8 items-center gap-2.5 rounded-lg px-2.5 font-medium transition-colors"
        inactiveProps={{ className: 'text-muted hover:bg-hover hover:text-ink' }}
        activeProps={{ className: 'bg-surface text-ink shadow-card ring-1 ring-line [&_svg]:text-accent' }}
      >
        <Icon className="size-4 shrink-0" aria-hidden="true" />
        {label}
      </Link>
    </li>
  );
}

/** A phone's bar has room for five: four screens, and a menu of all the others. */
const IN_THE_BAR = new Set(['Overview', 'Explore', 'Live', 'Adoption']);

const BAR_ITEM = classNames(
  'flex h-14 w-full flex-col items-center justify-center gap-1 text-2xs font-medium',
  'focus-visible:outline-offset-[-3px]',
);

export function BottomNavigation() {
  const destinations = destinationsFrom(usePlace());
  const inTheBar = destinations.filter(({ label }) => IN_THE_BAR.has(label));
  const inTheMenu = destinations.filter(({ label }) => !IN_THE_BAR.has(label));
  return (
    <nav
      aria-label="Main"
      className="fixed inset-x-0 bottom-0 z-30 border-t border-line bg-surface pb-[env(safe-area-inset-bottom)] md:hidden"
    >
      <ul className="flex">
        {inTheBar.map(({ label, icon: Icon, link, isExact }) => (
          <li key={label} className="min-w-0 flex-1">
            <Link
              {...link}
              activeOptions={{ exact: isExact ?? false, includeSearch: false }}
              className={BAR_ITEM}
              inactiveProps={{ className: 'text-muted' }}
              activeProps={{ className: 'text-accent' }}
            >
              <Icon className="size-5" aria-hidden="true" />
              {label}
            </Link>
          </li>
        ))}
        {inTheMenu.length > 0 && (
          <li className="min-w-0 flex-1">
            <MoreMenu destinations={inTheMenu} />
          </li>
        )}
      </ul>
    </nav>
  );
}

function MoreMenu({ destinations }: { destinations: readonly Destination[] }) {
  const navigate = useNavigate();
  const isOpenElsewhere = useIsAtOneOf(destinations);
  const item = ({ label, icon: Icon, link }: Destination) => (
    <MenuItem key={label} onSelect={() => void navigate(link)}>
      <Icon aria-hidden="true" /> {label}
    </MenuItem>
  );
  return (
    <Menu
      align="end"
      side="top"
      trigger={
        <button type="button" className={classNames(BAR_ITEM, isOpenElsewhere ? 'text-accent' : 'text-muted')}>
          <Ellipsis className="size-5" aria-hidden="true" />
          More
        </button>
      }
    >
      {destinations.filter(({ group }) => group === 'environment').map(item)}
      <MenuLabel>Settings</MenuLabel>
      {destinations.filter(({ group }) => group === 'settings').map(item)}
    </Menu>
  );
}

/** Whether the screen that is open is one of these. */
function useIsAtOneOf(destinations: readonly Destination[]): boolean {
  const matches = useMatchRoute();
  useRouterState({ select: ({ location }) => location.pathname });
  return destinations.some(({ link }) => matches({ ...link, fuzzy: true } as never) !== false);
}
