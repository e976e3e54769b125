import { useQuery } from '@tanstack/preact-query';
import { useState } from 'preact/hooks';
import { cache } from '../data/cache.ts';
import { hooktrail } from '../data/hooktrail.ts';
import { mayAct } from '../data/may-act.ts';
import { toast } from '../data/toast.ts';
import { useDelivery } from '../data/use-delivery.ts';
import { GRACES } from '../model/graces.ts';
import { Confirm } from './confirm.tsx';
import { CopyButton } from './copy-button.tsx';
import { Failure } from './failure.tsx';
import { FormField } from './form-field.tsx';
import { Time } from './time.tsx';

/**
 * The key that receivers verify `v1a` signatures with, and the replacement of its pair. Nothing where the rules of the
 * webhook do not ask for such signatures: it may then have no key, which the node answers with 404.
 */
export function PublicKeys({ id, name }: { id: string; name: string }) {
  const rules = useDelivery(id);
  const isUsed = rules.data?.effective.signatures.includes('v1a') === true;
  const queryKey = ['public-key', id];
  const keys = useQuery({
    queryKey,
    queryFn: ({ signal }) => hooktrail.webhooks.getPublicKey(id, { signal }),
    enabled: isUsed,
  });
  const [asking, setAsking] = useState(false);
  const [grace, setGrace] = useState('86400');
  if (!isUsed) return null;
  const { previousPublicKey, previousUntil, publicKey } = keys.data ?? {};
  return (
    <section class="card" aria-label="Public key">
      <header>
        <h2>Public key</h2>
      </header>
      <div class="body stack">
        <p class="soft">
          Receivers verify the <code>v1a</code> signatures of Standard Webhooks with it. It is no
          secret: whoever has it can verify, and cannot sign.
        </p>
        {keys.error && (
          <Failure what="The public key" error={keys.error} onRetry={() => void keys.refetch()} />
        )}
        {publicKey !== undefined && (
          <div class="row">
            <code class="wrap">{publicKey}</code>
            <CopyButton text={publicKey} />
            {mayAct.value && (
              <button type="button" class="button danger" onClick={() => setAsking(true)}>
                Replace the key pair
              </button>
            )}
          </div>
        )}
        {previousPublicKey !== undefined && previousUntil !== undefined && (
          <p class="soft wrap">
            The previous key <code>{previousPublicKey}</code> signs too until{' '}
            <Time at={previousUntil} />.
          </p>
        )}
      </div>
      {asking && (
        <Confirm
          title={`Replace the key pair of ${name}`}
          act="Replace 1 key pair"
          danger
          typed={name}
          onAct={async () => {
            const replaced = await hooktrail.webhooks.replacePublicKey(id, {
              graceSeconds: Number(grace),
            });
            cache.setQueryData(queryKey, replaced);
            toast.value = { text: 'The key pair is replaced. Give receivers the new public key.' };
          }}
          onClose={() => setAsking(false)}
        >
          <p>
            From the next request on, deliveries are signed with a new key. Receivers that verify{' '}
            <code>v1a</code> refuse them once the old key no longer signs, until they have the new
            public key.
            {previousPublicKey !== undefined && ' The key before the current one ends at once.'}
          </p>
          <FormField
            label="The current key signs too"
            kind={GRACES}
            value={grace}
            onChange={setGrace}
          />
        </Confirm>
      )}
    </section>
  );
}
