/** One cause of refusals: what is wrong in words, what was sent, how to mend it, and what replays made of it. */
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { ArrowLeft } from 'lucide-react';
import { formatCount, formatNumber } from '../format/numbers.ts';
import { formatInstant } from '../format/time.ts';
import { useEnvironment, usePlace } from '../shell/place.ts';
import { Button } from '../ui/button.tsx';
import { Card, ScreenHeader } from '../ui/card.tsx';
import { Badge } from '../ui/figures.tsx';
import { ProblemNotice } from '../ui/notice.tsx';
import { type Cause, causesQuery, type Letter, lettersQuery } from './api.ts';
import { sourceInWords } from './dead-letters-screen.tsx';
import { FixCard } from './fix-card.tsx';
import { Payload } from './payload.tsx';
import { RunsCard } from './runs-card.tsx';
import { nameOf, wrongInWords } from './words.ts';

export function CauseScreen() {
  const { cause: id } = useParams({ strict: false }) as { cause: string };
  const { scope } = useEnvironment();
  const causes = useQuery(causesQuery(scope, 'all'));
  const cause = causes.data?.groups.find((group) => group.cause === id);
  return (
    <>
      <BackToCauses />
      {causes.isError && <ProblemNotice error={causes.error} onRetry={() => void causes.refetch()} />}
      {causes.data === undefined && !causes.isError && (
        <div role="status" aria-label="Loading the cause" className="skeleton h-64 rounded-xl" />
      )}
      {causes.data && cause === undefined && (
        <Card title="This cause is gone">
          <p className="text-muted">What was refused is kept for 30 days. Nothing of this cause is left.</p>
        </Card>
      )}
      {cause && <OneCause key={cause.cause} cause={cause} />}
    </>
  );
}

function BackToCauses() {
  const { workspace } = usePlace();
  const { product, environment } = useEnvironment();
  return (
    <Link
      to="/w/$workspace/p/$product/$environment/dead-letters"
      params={{ workspace: workspace.slug, product: product.slug, environment: environment.slug }}
      className="mb-2 inline-flex items-center gap-1 text-xs font-medium text-muted hover:text-ink"
    >
      <ArrowLeft className="size-3.5" aria-hidden="true" /> Dead letters
    </Link>
  );
}

function OneCause({ cause }: { cause: Cause }) {
  const { scope, environment } = useEnvironment();
  const isLedger = environment.policy === 'ledger';
  const letters = useInfiniteQuery({ ...lettersQuery(scope, cause.cause), enabled: !isLedger && cause.kept > 0 });
  const shown = letters.data?.pages.flatMap((page) => page.letters) ?? [];
  return (
    <>
      <ScreenHeader title={cause.event_name || 'Events without a name'}>
        {wrongInWords(cause)}
        {cause.path !== '' && (
          <>
            {' '}
            at <code className="font-mono">{nameOf(cause.path)}</code>
          </>
        )}
        .
      </ScreenHeader>
      <div className="grid grid-cols-1 items-start gap-4 xl:grid-cols-[minmax(0,1fr)_22rem]">
        <div className="space-y-4">
          {isLedger ? (
            <Card title="Counted only">
              <p className="text-muted">A ledger keeps nothing of what it refused but how often.</p>
            </Card>
          ) : (
            <FixCard cause={cause} letters={shown} />
          )}
          <RunsCard cause={cause.cause} />
          {letters.isError && <ProblemNotice error={letters.error} onRetry={() => void letters.refetch()} />}
          {shown.length > 0 && (
            <Card
              title="What was sent"
              aside={<span className="text-xs text-muted">scrubbed; looking is audited</span>}
            >
              <ul aria-label="Letters" className="space-y-1.5">
                {shown.map((letter, index) => (
                  <LetterItem key={letter.id} letter={letter} wrongPath={cause.path} isOpen={index === 0} />
                ))}
              </ul>
              {letters.hasNextPage && (
                <div className="mt-4 text-center">
                  <Button isPending={letters.isFetchingNextPage} onClick={() => void letters.fetchNextPage()}>
                    Show earlier ones
                  </Button>
                </div>
              )}
            </Card>
          )}
        </div>
        <AboutCause cause={cause} />
      </div>
    </>
  );
}

function AboutCause({ cause }: { cause: Cause }) {
  return (
    <Card title="About">
      <dl className="space-y-2.5">
        <Fact label="Refused">{formatNumber(cause.events)}</Fact>
        <Fact label="Kept">
          {formatNumber(cause.kept)}
          {cause.kept < cause.events && <span className="text-muted"> · the others were only counted</span>}
        </Fact>
        <Fact label="To mend">
          {formatNumber(cause.open)}
          {cause.replayable < cause.open && (
            <span className="text-muted">
              {' '}
              · {formatCount(cause.open - cause.replayable, 'of them', 'of them')} too large to come back
            </span>
          )}
        </Fact>
        <Fact label="Brought back">{formatNumber(cause.replayed)}</Fact>
        <Fact label="First and last">
          {formatInstant(cause.first_seen)} – {formatInstant(cause.last_seen)}
        </Fact>
        {cause.schema_version > 0 && (
          <Fact label="Judged by">version {String(cause.schema_version)} of its schema</Fact>
        )}
        {cause.example_detail !== '' && <Fact label="What it says">{cause.example_detail}</Fact>}
        <div>
          <dt className="text-xs text-muted">Sources</dt>
          {cause.sources.slice(0, 8).map((source) => (
            <dd key={`${source.key_id} ${source.source} ${source.app_version}`} className="text-ink">
              {sourceInWords(source)} <span className="text-muted">({formatNumber(source.events)})</span>
            </dd>
          ))}
        </div>
      </dl>
    </Card>
  );
}

function Fact({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <div>
      <dt className="text-xs text-muted">{label}</dt>
      <dd className="break-words text-ink">{children}</dd>
    </div>
  );
}

type LetterItemProps = { letter: Letter; wrongPath: string; isOpen: boolean };

/** Letters of one cause look alike: one is open, the others open at a click. */
function LetterItem({ letter, wrongPath, isOpen }: LetterItemProps) {
  const { outcome } = letter;
  return (
    <li>
      <details open={isOpen}>
        <summary className="cursor-pointer rounded py-1 text-xs text-muted marker:text-faint hover:text-ink">
          <span className="space-x-2">
            <time dateTime={letter.received_at}>{formatInstant(letter.received_at)}</time>
            {letter.tenant_id && <span>{letter.tenant_id}</span>}
            {letter.app_version && <span>version {letter.app_version}</span>}
            {outcome && <Badge tone={outcome.result === 'accepted' ? 'good' : 'warn'}>{outcome.result}</Badge>}
            {!letter.is_complete && <Badge tone="warn">not kept whole</Badge>}
          </span>
        </summary>
        <Payload payload={letter.payload} wrongPath={wrongPath} />
      </details>
    </li>
  );
}
