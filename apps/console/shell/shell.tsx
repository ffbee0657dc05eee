/** The frame of every screen in a workspace: switcher, navigation, command palette, the person's menu. */
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { Outlet, useParams, useRouterState } from '@tanstack/react-router';
import { Search } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import { meQuery, workspaceQuery } from '../api/queries.ts';
import { Button } from '../ui/button.tsx';
import { CommandPalette } from './command-palette.tsx';
import { BottomNavigation, SideNavigation } from './navigation.tsx';
import { FailedScreen, PendingScreen } from './outcomes.tsx';
import { PersonMenu } from './person-menu.tsx';
import { findEnvironment, type Place, PlaceContext, rememberedPlace, rememberPlace } from './place.ts';
import { Switcher } from './switcher.tsx';

export function Shell() {
  const { workspace: slug } = useParams({ from: '/w/$workspace' });
  const me = useQuery(meQuery);
  const summary = me.data?.workspaces.find((workspace) => workspace.slug === slug);
  if (me.data === undefined || summary === undefined) {
    // The route has loaded both; they are only gone when the session ended, and then the sign-in page follows.
    return me.isError ? <FailedScreen error={me.error} reset={() => me.refetch()} /> : <PendingScreen />;
  }
  return <Frame me={me.data} summary={summary} />;
}

function Frame({ me, summary }: Pick<Place, 'me' | 'summary'>) {
  const { data: workspace } = useSuspenseQuery(workspaceQuery(summary));
  const { product, environment } = useParams({ strict: false });
  const [isPaletteOpen, setPaletteOpen] = useState(false);
  usePaletteKey(setPaletteOpen);

  const place = useMemo<Place>(() => {
    const found = findEnvironment(workspace, { product, environment }, rememberedPlace());
    return { me, summary, workspace, product: found?.product, environment: found?.environment };
  }, [me, summary, workspace, product, environment]);
  useEffect(() => {
    const slugs = { product: place.product?.slug, environment: place.environment?.slug };
    rememberPlace({ workspace: workspace.slug, ...slugs });
  }, [place, workspace.slug]);

  const openPalette = () => setPaletteOpen(true);
  return (
    <PlaceContext value={place}>
      <a
        href="#screen"
        className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:rounded-lg focus:bg-surface focus:px-3 focus:py-2 focus:shadow-float"
      >
        Skip to content
      </a>
      <div className="min-h-dvh md:grid md:grid-cols-[13.5rem_minmax(0,1fr)] lg:grid-cols-[15.5rem_minmax(0,1fr)]">
        <aside className="sticky top-0 hidden h-dvh flex-col gap-3 border-r border-line bg-canvas p-3 md:flex">
          <Switcher />
          <Button className="w-full justify-start font-normal text-muted" onClick={openPalette}>
            <Search className="size-4" aria-hidden="true" />
            <span className="flex-1 text-left">Find or go to…</span>
            <kbd className="font-sans text-2xs text-faint">{paletteKeyLabel}</kbd>
          </Button>
          <SideNavigation />
          <div className="mt-auto">
            <PersonMenu />
          </div>
        </aside>
        <div className="flex min-w-0 flex-col">
          <header className="sticky top-0 z-30 flex items-center gap-1 border-b border-line bg-canvas/95 px-2 py-2 backdrop-blur md:hidden">
            <div className="min-w-0 flex-1">
              <Switcher />
            </div>
            <Button weight="quiet" size="icon" onClick={openPalette} aria-label="Find or go to">
              <Search className="size-4.5" aria-hidden="true" />
            </Button>
            <PersonMenu isCompact />
          </header>
          <main
            id="screen"
            tabIndex={-1}
            className="mx-auto w-full max-w-[84rem] flex-1 px-4 pt-5 pb-24 outline-none md:px-7 md:pt-6 md:pb-10"
          >
            <ScreenFade>
              <Outlet />
            </ScreenFade>
          </main>
        </div>
      </div>
      <BottomNavigation />
      <CommandPalette isOpen={isPaletteOpen} onClose={() => setPaletteOpen(false)} />
    </PlaceContext>
  );
}

/** Lets each new screen appear softly, without moving anything. */
function ScreenFade({ children }: { children: React.ReactNode }) {
  const path = useRouterState({ select: (state) => state.location.pathname });
  return (
    <div key={path} className="animate-[appear_140ms_ease-out]">
      {children}
    </div>
  );
}

const isApple = /Mac|iPhone|iPad/.test(navigator.userAgent);
const paletteKeyLabel = isApple ? '⌘ K' : 'Ctrl K';

function usePaletteKey(setOpen: (update: (isOpen: boolean) => boolean) => void): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.metaKey || event.ctrlKey) || event.shiftKey || event.altKey)
        return;
      event.preventDefault();
      setOpen((isOpen) => !isOpen);
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, [setOpen]);
}
