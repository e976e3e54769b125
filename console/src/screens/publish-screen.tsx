import type { PublishResult } from '@hooktrail/sdk/hooktrail';
import { useState } from 'preact/hooks';
import { cache } from '../data/cache.ts';
import { explainError } from '../data/explain-error.ts';
import { hooktrail } from '../data/hooktrail.ts';
import { session } from '../data/session.ts';
import { useDraft } from '../data/use-draft.ts';
import { useWebhooks } from '../data/use-webhooks.ts';
import { formatCount } from '../model/format-count.ts';
import { Empty } from '../parts/empty.tsx';
import { Notice } from '../parts/notice.tsx';
import { Page } from '../parts/page.tsx';

const EXAMPLE = `{
  "type": "zen:event-type:ticket.created",
  "subject": "zen:ticket:9876",
  "detail": { "id": "9876", "subject": "A test from the console" }
}`;

const sentence = (got: number, skipped: number) =>
  `${formatCount(got)} ${got === 1 ? 'webhook gets' : 'webhooks get'} it, ${formatCount(skipped)} ${skipped === 1 ? 'is' : 'are'} skipped`;

/** Publishes one event as its text stands, and says which webhooks get it. */
export function PublishScreen() {
  const who = session.value;
  const webhooks = useWebhooks();
  const [text, setText] = useDraft('publish', EXAMPLE);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const [result, setResult] = useState<PublishResult>();
  if (typeof who === 'object' && who?.role === 'read') {
    return (
      <Page title="Publish">
        <Empty title="Your token may not publish">
          <p>Sign in with a token of role admin or publish.</p>
        </Empty>
      </Page>
    );
  }
  const publish = async () => {
    setBusy(true);
    setError(undefined);
    setResult(undefined);
    try {
      setResult(await hooktrail.events.publish({ rawBody: text }));
      await cache.invalidateQueries({ queryKey: ['events'] });
    } catch (failure) {
      setError(failure);
    }
    setBusy(false);
  };
  const nameOf = (id: string) => webhooks.data?.find((webhook) => webhook.id === id)?.name ?? id;
  return (
    <Page title="Publish">
      <p class="soft">
        A real event: every webhook that subscribes to its type gets it. Numbers and the order of
        keys stay as you write them.
      </p>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void publish();
        }}
      >
        <label class="field">
          <span>Event, as JSON</span>
          <textarea
            class="input"
            rows={12}
            spellcheck={false}
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        </label>
        {error !== undefined && <Notice tone="bad">{explainError(error)}</Notice>}
        <div class="row">
          <button type="submit" class="button primary" disabled={busy}>
            {busy ? 'Publishing' : 'Publish 1 event'}
          </button>
        </div>
      </form>
      {result && (
        <section class="card" aria-label="Result">
          <header>
            <h2 class="grow" role="status">
              {sentence(
                result.invocationsCount ?? result.invocations.length,
                result.skippedCount ?? result.skipped.length,
              )}
            </h2>
            <a href={`/console/events/${encodeURIComponent(result.event.id)}`}>See the event</a>
          </header>
          <table class="table">
            <tbody>
              {result.invocations.map(({ id, webhookId }) => (
                <tr key={id}>
                  <td class="wrap">{nameOf(webhookId)}</td>
                  <td class="mono wrap">
                    <a href={`/console/invocations/${id}`}>{id}</a>
                  </td>
                </tr>
              ))}
              {result.skipped.map(({ reason, webhookId }) => (
                <tr key={webhookId}>
                  <td class="wrap">{nameOf(webhookId)}</td>
                  <td class="soft">skipped: {reason}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </Page>
  );
}
