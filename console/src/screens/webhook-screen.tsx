import { useState } from 'preact/hooks';
import { useLocation, useRoute } from 'preact-iso';
import { cache } from '../data/cache.ts';
import { hooktrail } from '../data/hooktrail.ts';
import { mayAct } from '../data/may-act.ts';
import { toast } from '../data/toast.ts';
import { useHealth } from '../data/use-health.ts';
import { useWebhook } from '../data/use-webhook.ts';
import { Confirm } from '../parts/confirm.tsx';
import { Failure } from '../parts/failure.tsx';
import { InvocationsChart } from '../parts/invocations-chart.tsx';
import { Loading } from '../parts/loading.tsx';
import { Page } from '../parts/page.tsx';
import { PublicKeys } from '../parts/public-keys.tsx';
import { RevealedWebhook } from '../parts/revealed-webhook.tsx';
import { SmallList } from '../parts/small-list.tsx';
import { Time } from '../parts/time.tsx';
import { VerifySignature } from '../parts/verify-signature.tsx';
import { WaitingNow } from '../parts/waiting-now.tsx';
import { WebhookForm } from '../parts/webhook-form.tsx';
import { WebhookHealth } from '../parts/webhook-health.tsx';
import { WebhookRules } from '../parts/webhook-rules.tsx';
import { WebhookSecret } from '../parts/webhook-secret.tsx';

/** One webhook: whether it works, what it got lately, its rules, its secret, and what may be done. */
export function WebhookScreen() {
  const { id = '' } = useRoute().params;
  // What was opened, typed or revealed belongs to this one: nothing of it stays for the next.
  return <OneWebhook key={id} id={id} />;
}

function OneWebhook({ id }: { readonly id: string }) {
  const { route } = useLocation();
  const webhook = useWebhook(id);
  const health = useHealth(id);
  const [asking, setAsking] = useState<'pause' | 'resume' | 'delete'>();
  const [editing, setEditing] = useState(false);
  const again = () => void webhook.refetch();
  if (webhook.data === undefined) {
    return (
      <Page title="Webhook">
        {webhook.error ? (
          <>
            <Failure what={`Webhook ${id}`} error={webhook.error} onRetry={again} />
            <p>
              <a href="/console/webhooks">All webhooks</a> ·{' '}
              <a href={`/console/invocations?q=${encodeURIComponent(`webhook:${id}`)}`}>
                Its invocations, also if it is deleted
              </a>
            </p>
          </>
        ) : (
          <Loading what="the webhook" />
        )}
      </Page>
    );
  }
  const failure = webhook.error && (
    <Failure what="The webhook" error={webhook.error} onRetry={again} />
  );
  const found = webhook.data;
  const q = `webhook:${id}`;
  const list = `/console/invocations?q=${encodeURIComponent(q)}`;
  const paused = health.data?.pausedAt !== undefined;
  const act = async (work: () => Promise<unknown>, text: string) => {
    await work();
    toast.value = { text };
    await cache.invalidateQueries();
  };
  if (editing) {
    return (
      <Page title={`Edit ${found.name}`}>
        {failure}
        <WebhookForm
          webhook={found}
          act="Save the changes"
          onCancel={() => setEditing(false)}
          onSave={async ({ name }, changes) => {
            // An empty change would be one of the audit.
            if (Object.keys(changes).length > 0) {
              await act(() => hooktrail.webhooks.patch(id, changes), `${name} is saved.`);
            }
            setEditing(false);
          }}
        />
      </Page>
    );
  }
  return (
    <Page
      title={found.name}
      actions={
        mayAct.value && (
          <>
            <button type="button" class="button" onClick={() => setEditing(true)}>
              Edit
            </button>
            <button
              type="button"
              class="button"
              onClick={() => setAsking(paused ? 'resume' : 'pause')}
            >
              {paused ? 'Resume' : 'Pause'}
            </button>
            <button type="button" class="button danger" onClick={() => setAsking('delete')}>
              Delete
            </button>
          </>
        )
      }
    >
      {failure}
      <p class="mono wrap">
        {found.httpMethod} {found.endpoint}
      </p>
      {found.description && <p>{found.description}</p>}
      <WebhookHealth id={id} />
      <section class="card" aria-label="Last 24 hours">
        <header>
          <h2>Last 24 hours</h2>
        </header>
        <div class="body">
          <InvocationsChart
            q={q}
            onQuery={(next) => route(`/console/invocations?q=${encodeURIComponent(next)}`)}
          />
        </div>
      </section>
      <section class="card" aria-label="Recent invocations">
        <header>
          <h2 class="grow">Recent</h2>
          <a href={list}>All invocations of this webhook</a>
        </header>
        <SmallList q={q} empty="No invocation yet: publish an event that it subscribes to" />
      </section>
      <section class="card" aria-label="Rules in effect">
        <header>
          <h2>Rules in effect</h2>
        </header>
        <WebhookRules id={id} name={found.name} />
      </section>
      <section class="card" aria-label="Facts">
        <header>
          <h2>Facts</h2>
        </header>
        <div class="body">
          <dl class="facts">
            <dt>Id</dt>
            <dd class="mono">{found.id}</dd>
            <dt>Subscribes to</dt>
            <dd class="mono">{found.subscriptions.join(', ')}</dd>
            <dt>Format</dt>
            <dd>{found.requestFormat}</dd>
            <dt>Credentials</dt>
            <dd>{found.authentication?.type ?? 'none'}</dd>
            {Object.entries(found.customHeaders ?? {}).map(([name, value]) => (
              <div key={name} class="contents">
                <dt class="mono">{name}</dt>
                <dd class="mono">{value}</dd>
              </div>
            ))}
            <dt>Created</dt>
            <dd>
              <Time at={found.createdAt} form="long" />
            </dd>
            {found.updatedAt && (
              <>
                <dt>Changed</dt>
                <dd>
                  <Time at={found.updatedAt} form="long" />
                </dd>
              </>
            )}
          </dl>
        </div>
      </section>
      {mayAct.value && (
        <section class="card" aria-label="Signing secret">
          <header>
            <h2>Signing secret</h2>
          </header>
          <div class="body">
            <WebhookSecret id={id} name={found.name} />
          </div>
        </section>
      )}
      <PublicKeys id={id} name={found.name} />
      <section class="card" aria-label="Verify a signature">
        <header>
          <h2>Verify a signature</h2>
        </header>
        <div class="body">
          <VerifySignature id={id} />
        </div>
      </section>
      {mayAct.value && (found.authentication || found.customHeaders) && (
        <section class="card" aria-label="Credentials">
          <header>
            <h2>Credentials</h2>
          </header>
          <div class="body">
            <RevealedWebhook key={id} id={id} name={found.name} />
          </div>
        </section>
      )}
      {asking === 'pause' && (
        <Confirm
          title={`Pause ${found.name}`}
          act="Pause deliveries"
          onAct={() =>
            act(() => hooktrail.webhooks.pause(id), `${found.name} is paused; its events wait.`)
          }
          onClose={() => setAsking(undefined)}
        >
          <p>
            No request goes to the endpoint until you resume. Published events wait; none is lost.
          </p>
          <WaitingNow id={id} fate="they stay." />
        </Confirm>
      )}
      {asking === 'resume' && (
        <Confirm
          title={`Resume ${found.name}`}
          act="Resume deliveries"
          onAct={() => act(() => hooktrail.webhooks.resume(id), `${found.name} is resumed.`)}
          onClose={() => setAsking(undefined)}
        >
          <p>
            Everything that is due is sent, within the rate limit and the breaker of the webhook.
          </p>
          <WaitingNow id={id} fate="each is sent when it is due." />
        </Confirm>
      )}
      {asking === 'delete' && (
        <Confirm
          title={`Delete ${found.name}`}
          act="Delete 1 webhook"
          danger
          typed={found.name}
          onAct={async () => {
            await hooktrail.webhooks.delete(id);
            toast.value = { text: `${found.name} is deleted.` };
            route('/console/webhooks');
            // Not of this one, which is still shown and would say that it is not found.
            await cache.invalidateQueries({ predicate: ({ queryKey }) => !queryKey.includes(id) });
          }}
          onClose={() => setAsking(undefined)}
        >
          <p>No event goes to it any more, and its trail stays readable. This cannot be undone.</p>
          <WaitingNow id={id} fate="they end without being sent." />
        </Confirm>
      )}
    </Page>
  );
}
