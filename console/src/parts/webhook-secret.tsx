import type { SigningSecret } from '@hooktrail/sdk';
import type { RotatedSecret } from '@hooktrail/sdk/hooktrail';
import { useState } from 'preact/hooks';
import { explainError } from '../data/explain-error.ts';
import { hooktrail } from '../data/hooktrail.ts';
import { Confirm } from './confirm.tsx';
import { CopyButton } from './copy-button.tsx';
import { Notice } from './notice.tsx';
import { Time } from './time.tsx';

/** A day: long enough for a receiver to be deployed with the new secret. */
const GRACE_SECONDS = 86_400;

/** The secret that signs deliveries: shown when asked, and replaced after a question. */
export function WebhookSecret({ id, name }: { id: string; name: string }) {
  const [secret, setSecret] = useState<RotatedSecret | SigningSecret>();
  const [error, setError] = useState<unknown>();
  const [asking, setAsking] = useState(false);
  const show = async () => {
    setError(undefined);
    try {
      setSecret(await hooktrail.webhooks.getSigningSecret(id));
    } catch (failure) {
      setError(failure);
    }
  };
  return (
    <div class="stack">
      <div class="row">
        {secret === undefined ? (
          <button type="button" class="button" onClick={() => void show()}>
            Show the secret
          </button>
        ) : (
          <>
            <code class="wrap">{secret.secret}</code>
            <CopyButton text={secret.secret} />
            <button type="button" class="button plain small" onClick={() => setSecret(undefined)}>
              Hide
            </button>
          </>
        )}
        <button type="button" class="button danger" onClick={() => setAsking(true)}>
          Replace the secret
        </button>
      </div>
      {secret !== undefined && 'previousUntil' in secret && secret.previousUntil && (
        <p class="soft">
          The previous secret still signs too, until <Time at={secret.previousUntil} />.
        </p>
      )}
      {error !== undefined && <Notice tone="bad">{explainError(error)}</Notice>}
      {asking && (
        <Confirm
          title={`Replace the secret of ${name}`}
          act="Replace the secret"
          danger
          typed={name}
          onAct={async () => {
            setSecret(
              await hooktrail.webhooks.resetSigningSecret(id, { graceSeconds: GRACE_SECONDS }),
            );
          }}
          onClose={() => setAsking(false)}
        >
          <p>
            From the next request on, deliveries are signed with a new secret. A receiver that
            checks only <code>X-Zendesk-Webhook-Signature</code> refuses them until it knows the new
            one. Standard Webhooks headers carry both signatures for a day.
          </p>
        </Confirm>
      )}
    </div>
  );
}
