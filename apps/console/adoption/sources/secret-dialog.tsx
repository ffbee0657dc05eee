/** The secret of a webhook, shown this once. */
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { SecretText } from '../../ui/secret-text.tsx';
import type { Source } from '../types.ts';
import { utcText } from '../words.ts';

type SecretDialogProps = { source: Source; secret: string; onClose: () => void };

export function SecretDialog({ source, secret, onClose }: SecretDialogProps) {
  return (
    <Dialog
      isOpen
      isDismissable={false}
      onClose={onClose}
      title="Copy the secret now"
      description={`It signs what is sent to ${source.name}.`}
    >
      <div className="space-y-4">
        {source.webhookUrl && (
          <div className="flex items-start gap-2">
            <p className="min-w-0 flex-1 break-all text-ink">
              Address: <code className="font-mono text-xs">{source.webhookUrl}</code>
            </p>
            <CopyButton text={source.webhookUrl} label="Copy address" />
          </div>
        )}
        <SecretText secret={secret} label="Secret" copyLabel="Copy secret">
          It is kept encrypted and cannot be shown again.
        </SecretText>
        {source.previousSecretExpiresAt && (
          <p className="text-muted">The one before it holds until {utcText(source.previousSecretExpiresAt)}.</p>
        )}
        <div className="flex justify-end">
          <Button weight="primary" onClick={onClose}>
            I have copied it
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
