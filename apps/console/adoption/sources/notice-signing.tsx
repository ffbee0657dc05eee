/** By which secret receivers know that a message about plans is from this workspace, and how it gets another. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { ProblemNotice } from '../../ui/notice.tsx';
import { SecretText } from '../../ui/secret-text.tsx';
import { noticeSigningQuery } from '../api.ts';
import { ROTATE_NOTICE_SECRET } from '../operations.ts';
import { useAct, useAdoption } from '../use-adoption.ts';
import { utcText } from '../words.ts';
import { OverlapField } from './rotate-dialog.tsx';

/** For owners and admins: the secret is that of the whole workspace. */
export function NoticeSigning() {
  const { workspaceId } = useAdoption();
  const { data } = useQuery(noticeSigningQuery(workspaceId));
  const [isAsking, setAsking] = useState(false);
  const [overlapSeconds, setOverlap] = useState(86_400);
  const rotate = useAct(ROTATE_NOTICE_SECRET, () => setAsking(false));
  const signing = data?.noticeSigning;
  const secret = rotate.data?.rotateNoticeSecret.secret;
  return (
    <div className="space-y-3 rounded-lg bg-sunken p-3">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <p className="min-w-0 flex-1 basis-60 text-xs text-muted">
          Messages to webhooks are signed (Standard Webhooks), by one secret of the workspace
          {signing ? ` since ${utcText(signing.since)}.` : '.'}
          {signing?.previousSecretExpiresAt &&
            ` The one before it holds until ${utcText(signing.previousSecretExpiresAt)}.`}
        </p>
        {!isAsking && (
          <Button size="small" onClick={() => setAsking(true)}>
            New signing secret…
          </Button>
        )}
      </div>
      {isAsking && (
        <div className="flex flex-wrap items-end gap-2">
          <div className="min-w-0 flex-1 basis-52">
            <OverlapField value={overlapSeconds} onChange={setOverlap} />
          </div>
          <Button isPending={rotate.isPending} onClick={() => rotate.mutate({ overlapSeconds })}>
            Make a new secret
          </Button>
          <Button weight="quiet" onClick={() => setAsking(false)}>
            Keep the old one
          </Button>
        </div>
      )}
      {rotate.isError && <ProblemNotice error={rotate.error} />}
      {secret && (
        <SecretText secret={secret} label="Signing secret" copyLabel="Copy secret">
          It is kept encrypted and cannot be shown again: copy it now.
        </SecretText>
      )}
    </div>
  );
}
