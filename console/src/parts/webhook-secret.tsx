import type { SigningSecret } from '@hooktrail/sdk';
import type { RotatedSecret } from '@hooktrail/sdk/hooktrail';
import { verifySignature } from '@hooktrail/sdk/signature';
import { useState } from 'preact/hooks';
import { explainError } from '../data/explain-error.ts';
import { hooktrail } from '../data/hooktrail.ts';
import { Confirm } from './confirm.tsx';
import { CopyButton } from './copy-button.tsx';
import { Notice } from './notice.tsx';
import { Time } from './time.tsx';

/** A day: long enough for a receiver to be deployed with the new secret. */
const GRACE_SECONDS = 86_400;

/** The secret that signs deliveries: shown when asked, replaced after a question, and tried. */
export function WebhookSecret({ id, name }: { id: string; name: string }) {
  const [secret, setSecret] = useState<RotatedSecret | SigningSecret>();
  const [error, setError] = useState<unknown>();
  const [asking, setAsking] = useState(false);
  const [signature, setSignature] = useState('');
  const [timestamp, setTimestamp] = useState('');
  const [body, setBody] = useState('');
  const [verdict, setVerdict] = useState<{ readonly good: boolean; readonly text: string }>();
  const show = async () => {
    setError(undefined);
    try {
      setSecret(await hooktrail.webhooks.getSigningSecret(id));
    } catch (failure) {
      setError(failure);
    }
  };
  const verify = async () => {
    try {
      const { secret: text } = secret ?? (await hooktrail.webhooks.getSigningSecret(id));
      await verifySignature({
        secret: text,
        body,
        headers: {
          'x-zendesk-webhook-signature': signature.trim(),
          'x-zendesk-webhook-signature-timestamp': timestamp.trim(),
        },
        // A reader pastes what arrived some time ago.
        toleranceMs: Number.POSITIVE_INFINITY,
      });
      setVerdict({ good: true, text: 'The signature is valid for the current secret.' });
    } catch (failure) {
      setVerdict({ good: false, text: explainError(failure) });
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
      <details>
        <summary>Verify a signature</summary>
        <form
          class="form pad"
          onSubmit={(event) => {
            event.preventDefault();
            void verify();
          }}
        >
          <div class="two">
            <label class="field">
              <span>X-Zendesk-Webhook-Signature</span>
              <input
                class="input mono"
                required
                value={signature}
                onInput={(event) => setSignature(event.currentTarget.value)}
              />
            </label>
            <label class="field">
              <span>X-Zendesk-Webhook-Signature-Timestamp</span>
              <input
                class="input mono"
                required
                value={timestamp}
                onInput={(event) => setTimestamp(event.currentTarget.value)}
              />
            </label>
          </div>
          <label class="field">
            <span>Body, exactly as received</span>
            <textarea
              class="input"
              value={body}
              onInput={(event) => setBody(event.currentTarget.value)}
            />
          </label>
          <div class="row">
            <button type="submit" class="button">
              Verify
            </button>
            {verdict && (
              <span role="status">
                {verdict.good ? '✓' : '✕'} {verdict.text}
              </span>
            )}
          </div>
        </form>
      </details>
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
