/** Privacy: what this environment does for persons, and what follows from each choice. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Lock } from 'lucide-react';
import { useState } from 'react';
import { formatCount } from '../format/numbers.ts';
import { formatDay } from '../format/time.ts';
import { canManage, useEnvironment, usePlace } from '../shell/place.ts';
import { Button } from '../ui/button.tsx';
import { Card, ScreenHeader } from '../ui/card.tsx';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
import { NameList } from '../ui/name-list.tsx';
import { ProblemNotice } from '../ui/notice.tsx';
import { changePrivacy, type Privacy, type PrivacyChange, privacyQuery } from './api.ts';
import { BridgeDialog } from './bridge-dialog.tsx';

type ChangeProps = { privacy: Privacy; onChange: ((change: PrivacyChange) => Promise<unknown>) | undefined };

export function PrivacyScreen() {
  const { scope, product, environment } = useEnvironment();
  const { summary } = usePlace();
  const privacy = useQuery(privacyQuery(scope));
  const queryClient = useQueryClient();
  const change = useMutation({
    mutationFn: (wanted: PrivacyChange) => changePrivacy(scope, wanted),
    onSuccess: (after) => queryClient.setQueryData(privacyQuery(scope).queryKey, after),
  });
  const onChange = canManage(summary) ? change.mutateAsync : undefined;
  return (
    <>
      <ScreenHeader title="Privacy">
        What {environment.name} of {product.name} does for the people whose events it takes. A change is in force
        everywhere within a second, for events from then on.
      </ScreenHeader>
      {privacy.isError && <ProblemNotice error={privacy.error} onRetry={() => void privacy.refetch()} />}
      {change.isError && <ProblemNotice error={change.error} className="mb-4" />}
      {onChange === undefined && (
        <p className="mb-4 rounded-lg bg-sunken px-3 py-2 text-muted">
          Your role ({summary.role}) can look. Owners and admins change this.
        </p>
      )}
      {privacy.data === undefined && !privacy.isError && (
        <div role="status" aria-label="Loading" className="skeleton h-64 rounded-xl" />
      )}
      {privacy.data && (
        <div className="grid items-start gap-4 xl:grid-cols-2">
          <AlwaysCard />
          <PseudonymsCard privacy={privacy.data} onChange={onChange} />
          <SignalsCard privacy={privacy.data} onChange={onChange} />
          <div className="space-y-4">
            <NameList
              title="Properties never kept"
              hint="Their values are taken out, however the name is spelled: badge_no is badgeNo too."
              placeholder="badge_no"
              emptyText="None of your own; the rules of the product hold."
              addText="Take out"
              removeText="Keep again:"
              names={privacy.data.scrub_names}
              onChange={onChange && ((names) => void onChange({ scrub_names: names }).catch(() => undefined))}
            />
            <NameList
              title="Values never kept"
              hint="By their form: # is a digit, @ a letter, * either."
              placeholder="EMP-######"
              emptyText="None of your own; the rules of the product hold."
              addText="Take out"
              removeText="Keep again:"
              names={privacy.data.scrub_forms}
              onChange={onChange && ((forms) => void onChange({ scrub_forms: forms }).catch(() => undefined))}
            />
          </div>
        </div>
      )}
    </>
  );
}

const ALWAYS = [
  'Addresses and user agents are read at the door, turned into country, browser and system, and dropped.',
  'Ids of people and sessions are replaced by keyed pseudonyms before anything is written.',
  'Email addresses, phone, card and account numbers, identity numbers, tokens, keys and passwords are taken out of names and values, refused events included.',
  'Events of whoever denied consent to analytics are dropped; that one was dropped is all that is counted.',
];

function AlwaysCard() {
  return (
    <Card title="What always holds" aside={<Lock className="size-4 text-muted" aria-hidden="true" />}>
      <ul className="list-disc space-y-1.5 pl-4 text-muted">
        {ALWAYS.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
    </Card>
  );
}

function PseudonymsCard({ privacy: { rotation, bridge }, onChange }: ChangeProps) {
  const [isLinking, setLinking] = useState(false);
  const [isUnlinking, setUnlinking] = useState(false);
  return (
    <Card title="Pseudonyms">
      <p className="text-muted">
        They change every {formatCount(rotation.days, 'day')}, next on {formatDay(rotation.next_at)}, and the key of the
        old ones is destroyed when their events expire.
      </p>
      <p className="mt-3 text-ink">
        {bridge === null
          ? 'They are not linked: whoever comes back after a change counts as somebody new, and answers say where that happened.'
          : `They are linked ${sinceWhen(bridge.since)}, each link for ${formatCount(bridge.days, 'day')}: people are counted once over changes.`}
      </p>
      {onChange && (
        <div className="mt-3">
          {bridge === null ? (
            <Button onClick={() => setLinking(true)}>Link them…</Button>
          ) : (
            <Button onClick={() => setUnlinking(true)}>Stop linking…</Button>
          )}
        </div>
      )}
      {isLinking && onChange && (
        <BridgeDialog
          leastDays={rotation.days + 1}
          onClose={() => setLinking(false)}
          onConfirm={(days) => onChange({ bridge: { days } })}
        />
      )}
      {isUnlinking && onChange && (
        <ConfirmDialog
          title="Stop linking?"
          description="Every link there is is removed and cannot be made again. From the next change on, people who come back count as somebody new."
          confirmText="Stop linking"
          onClose={() => setUnlinking(false)}
          onConfirm={() => onChange({ bridge: null })}
        />
      )}
    </Card>
  );
}

/** A bridge that was built with the environment has been there since the first event. */
function sinceWhen(iso: string): string {
  return Date.parse(iso) === 0 ? 'from the first event on' : `since ${formatDay(iso)}`;
}

function SignalsCard({ privacy, onChange }: ChangeProps) {
  return (
    <Card title="Signals and location">
      <fieldset className="space-y-2" disabled={onChange === undefined}>
        <legend className="sr-only">Signals and location</legend>
        <Switch
          label="Respect Do Not Track and Global Privacy Control"
          meaning="Events of browsers that send either are dropped, and counted as dropped."
          isOn={privacy.respects_opt_out_signals}
          onChange={(on) => void onChange?.({ respects_opt_out_signals: on }).catch(() => undefined)}
        />
        <Switch
          label="Keep country and region where nothing is said of consent to them"
          meaning="Off, they are kept of events alone that say the person agreed. Coordinates are never kept."
          isOn={privacy.location_by_default}
          onChange={(on) => void onChange?.({ location_by_default: on }).catch(() => undefined)}
        />
      </fieldset>
      <p className="mt-3 text-muted">{countryInWords(privacy.country_sources)}</p>
    </Card>
  );
}

function countryInWords([first, second]: Privacy['country_sources']): string {
  if (first === undefined) {
    return 'Nothing tells the country of a request on this installation; what an event says itself is kept as above.';
  }
  const header = 'the header that your proxy sets (UPTAKE_COUNTRY_HEADER)';
  const table = 'a table on this machine, which no address leaves';
  if (second !== undefined) return `The country comes from ${header}, else from ${table}.`;
  return `The country comes from ${first === 'header' ? header : table}.`;
}

type SwitchProps = { label: string; meaning: string; isOn: boolean; onChange: (isOn: boolean) => void };

function Switch({ label, meaning, isOn, onChange }: SwitchProps) {
  return (
    <label className="flex cursor-pointer items-start gap-3 rounded-lg p-3 ring-1 ring-line has-checked:bg-accent-soft has-checked:ring-accent has-disabled:cursor-default">
      <input
        type="checkbox"
        checked={isOn}
        onChange={(event) => onChange(event.target.checked)}
        className="mt-1 accent-(--accent)"
      />
      <span>
        <span className="block font-medium text-ink">{label}</span>
        <span className="block text-muted">{meaning}</span>
      </span>
    </label>
  );
}
