/** Overview: what happened in the last hour and day, and whether telemetry itself is well. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { healthQuery, overviewQuery } from '../api/queries.ts';
import { SendEvents } from '../first-event/send-events.tsx';
import { useHasEvents } from '../first-event/use-has-events.ts';
import { useEnvironment } from '../shell/place.ts';
import { Card, ScreenHeader } from '../ui/card.tsx';
import { FreshnessMark } from '../ui/figures.tsx';
import { ProblemNotice } from '../ui/notice.tsx';
import { HealthPanel } from './health-panel.tsx';
import { LastHour } from './last-hour.tsx';
import { Tiles } from './tiles.tsx';
import { TopEvents } from './top-events.tsx';

export function OverviewScreen() {
  const { scope, environment } = useEnvironment();
  const hasEvents = useHasEvents(scope, environment);
  // The page that waits for the first event stays after the event came, until the person leaves it.
  const [firstRun, setFirstRun] = useState<{ environmentId: string; isLeft: boolean }>();
  const isStarted = firstRun?.environmentId === environment.id;
  if (hasEvents === false && !isStarted) setFirstRun({ environmentId: environment.id, isLeft: false });
  if (isStarted && !firstRun.isLeft) {
    const leave = () => setFirstRun({ environmentId: environment.id, isLeft: true });
    return <SendEvents key={environment.id} isFirstRun onLeave={leave} />;
  }
  return <Overview />;
}

function Overview() {
  const { scope, product, environment } = useEnvironment();
  const overview = useQuery(overviewQuery(scope));
  const health = useQuery(healthQuery(scope));
  const data = overview.data;
  return (
    <>
      <ScreenHeader
        title="Overview"
        aside={data && <FreshnessMark freshness={data.freshness} isSampled={data.sampled} />}
      >
        {product.name} in {environment.name}
      </ScreenHeader>
      {overview.isError && (
        <ProblemNotice error={overview.error} onRetry={() => void overview.refetch()} className="mb-4" />
      )}
      <div className="space-y-4">
        <Tiles overview={data} />
        <div className="grid gap-4 lg:grid-cols-3">
          <Card
            title="Events per minute"
            className="lg:col-span-2"
            aside={<span className="text-xs text-muted">Last hour</span>}
          >
            <LastHour minutes={data?.per_minute} />
          </Card>
          <HealthPanel health={health.data} error={health.error} onRetry={() => void health.refetch()} />
        </div>
        <TopEvents overview={data} />
      </div>
    </>
  );
}
