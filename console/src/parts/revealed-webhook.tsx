import type { RevealedWebhook as Revealed } from '@hooktrail/sdk/hooktrail';
import { useState } from 'preact/hooks';
import { hooktrail } from '../data/hooktrail.ts';
import { Confirm } from './confirm.tsx';

/** The credentials and custom headers of a webhook: masked, until an admin reveals them. */
export function RevealedWebhook({ id, name }: { id: string; name: string }) {
  const [revealed, setRevealed] = useState<Revealed>();
  const [asking, setAsking] = useState(false);
  const { authentication, customHeaders = {} } = revealed ?? {};
  return (
    <div class="stack">
      {revealed === undefined ? (
        <div class="row">
          <button type="button" class="button" onClick={() => setAsking(true)}>
            Reveal credentials and headers
          </button>
          <span class="soft">The audit records it.</span>
        </div>
      ) : (
        <>
          <dl class="facts">
            <dt>Endpoint</dt>
            <dd class="mono wrap">{revealed.endpoint}</dd>
            <dt>Credentials</dt>
            <dd>{authentication?.type ?? 'none'}</dd>
            {Object.entries(authentication?.data ?? {}).map(([field, value]) => (
              <div key={field} class="contents">
                <dt>{field}</dt>
                <dd class="mono wrap">{value}</dd>
              </div>
            ))}
            {Object.entries(customHeaders).map(([header, value]) => (
              <div key={header} class="contents">
                <dt class="mono">{header}</dt>
                <dd class="mono wrap">{value}</dd>
              </div>
            ))}
          </dl>
          <div>
            <button type="button" class="button plain small" onClick={() => setRevealed(undefined)}>
              Hide
            </button>
          </div>
        </>
      )}
      {asking && (
        <Confirm
          title={`Reveal the credentials of ${name}`}
          act="Reveal them"
          onAct={async () => setRevealed(await hooktrail.webhooks.reveal(id))}
          onClose={() => setAsking(false)}
        >
          <p>
            The credentials and the values of custom headers are shown on this screen until you
            leave it. The audit gets 1 row that says you looked.
          </p>
        </Confirm>
      )}
    </div>
  );
}
