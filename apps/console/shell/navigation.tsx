/** The screens of an environment and of the workspace: a side bar when there is room, a bottom bar on a phone. */
import { Link, type LinkProps } from '@tanstack/react-router';
import {
  Boxes,
  ChartLine,
  ClipboardList,
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

/** A phone's bar has room for five; the rest is reached by the command palette. */
const ON_A_PHONE_BY_PALETTE = new Set([
  'Send events',
  'Tracking plan',
  'Dead letters',
  'Collection',
  'Privacy',
  'Governance',
  'Members',
  'Budget',
  'Reports',
  'Products',
  'System',
]);

export function BottomNavigation() {
  const destinations = destinationsFrom(usePlace()).filter(({ label }) => !ON_A_PHONE_BY_PALETTE.has(label));
  return (
    <nav
      aria-label="Main"
      className="fixed inset-x-0 bottom-0 z-30 border-t border-line bg-surface pb-[env(safe-area-inset-bottom)] md:hidden"
    >
      <ul className="flex">
        {destinations.map(({ label, icon: Icon, link, isExact }) => (
          <li key={label} className="min-w-0 flex-1">
            <Link
              {...link}
              activeOptions={{ exact: isExact ?? false, includeSearch: false }}
              className={classNames(
                'flex h-14 flex-col items-center justify-center gap-1 text-2xs font-medium',
                'focus-visible:outline-offset-[-3px]',
              )}
              inactiveProps={{ className: 'text-muted' }}
              activeProps={{ className: 'text-accent' }}
            >
              <Icon className="size-5" aria-hidden="true" />
              {label}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
