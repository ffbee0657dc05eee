/** Explore: a trend is built on the left and answered on the right; the address holds all of it. */
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Link2Off } from 'lucide-react';
import { useMemo } from 'react';
import { catalogueQuery } from '../api/queries.ts';
import { browserTimeZone } from '../format/time.ts';
import type { SearchParameters } from '../search-parameters.ts';
import { useEnvironment, usePlace } from '../shell/place.ts';
import { Button, buttonClasses } from '../ui/button.tsx';
import { Card, ScreenHeader } from '../ui/card.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { type AddressProblem, addressOf, readAddress } from './address.ts';
import { Builder } from './builder.tsx';
import type { Exploration } from './exploration.ts';
import { Result } from './result.tsx';
import { Toolbar } from './toolbar.tsx';

export function ExploreScreen() {
  const { scope, product, environment } = useEnvironment();
  const search: SearchParameters = useSearch({ strict: false });
  const navigate = useNavigate();
  const catalogue = useQuery(catalogueQuery(scope));
  const { exploration, problems } = useMemo(() => readAddress(search, browserTimeZone()), [search]);
  const change = (next: Exploration) =>
    void navigate({ to: '.', search: addressOf(next) as never, resetScroll: false });

  return (
    <>
      <ScreenHeader title="Explore" aside={problems.length === 0 && <ShareButton exploration={exploration} />}>
        Trends of {product.name} in {environment.name}
      </ScreenHeader>
      {problems.length > 0 ? (
        <BrokenAddress problems={problems} onUseRest={() => change(exploration)} />
      ) : (
        <div className="grid items-start gap-4 xl:grid-cols-[20rem_minmax(0,1fr)]">
          <Builder exploration={exploration} onChange={change} catalogue={catalogue.data} error={catalogue.error} />
          <Card className="min-w-0" bodyClassName="p-0">
            <Toolbar exploration={exploration} onChange={change} />
            <Result exploration={exploration} onChange={change} />
          </Card>
        </div>
      )}
    </>
  );
}

/** The link names the time zone and everything else that stands in the address only once it was changed. */
function ShareButton({ exploration }: { exploration: Exploration }) {
  const { workspace } = usePlace();
  const { product, environment } = useEnvironment();
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(addressOf(exploration))) {
    for (const item of [value].flat()) search.append(name, item);
  }
  const path = `/w/${workspace.slug}/p/${product.slug}/${environment.slug}/explore`;
  return <CopyButton text={`${location.origin}${path}?${search}`} label="Copy link" size="medium" />;
}

function BrokenAddress({ problems, onUseRest }: { problems: readonly AddressProblem[]; onUseRest: () => void }) {
  const { workspace } = usePlace();
  const { product, environment } = useEnvironment();
  return (
    <Card>
      <div className="mx-auto max-w-2xl py-6" role="alert">
        <h2 className="flex items-center gap-2 text-base font-semibold">
          <Link2Off className="size-5 text-warn" aria-hidden="true" /> This link cannot be read in full
        </h2>
        <p className="mt-1 text-muted">
          It may have been cut off or edited. Nothing was asked, so that you do not look at another question's answer.
        </p>
        <dl className="mt-4 divide-y divide-line rounded-lg ring-1 ring-line">
          {problems.map(({ parameter, value, expected }) => (
            <div key={`${parameter} ${value}`} className="px-3 py-2">
              <dt className="font-mono text-xs break-all text-ink">
                {parameter} = {value || '(empty)'}
              </dt>
              <dd className="mt-0.5 text-muted">Expected: {expected}.</dd>
            </div>
          ))}
        </dl>
        <div className="mt-4 flex flex-wrap gap-2">
          <Button weight="primary" onClick={onUseRest}>
            Use what could be read
          </Button>
          <Link
            to="/w/$workspace/p/$product/$environment/explore"
            params={{ workspace: workspace.slug, product: product.slug, environment: environment.slug }}
            className={buttonClasses('quiet')}
          >
            Start over
          </Link>
        </div>
      </div>
    </Card>
  );
}
