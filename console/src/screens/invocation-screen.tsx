import { useState } from 'preact/hooks';
import { useRoute } from 'preact-iso';
import { cache } from '../data/cache.ts';
import { hooktrail } from '../data/hooktrail.ts';
import { mayAct } from '../data/may-act.ts';
import { toast } from '../data/toast.ts';
import { useAttempts } from '../data/use-attempts.ts';
import { useInvocation } from '../data/use-invocation.ts';
import { useKeys } from '../data/use-keys.ts';
import { useWebhooks } from '../data/use-webhooks.ts';
import { statusTone } from '../model/status-tone.ts';
import { AttemptDiff } from '../parts/attempt-diff.tsx';
import { AttemptView } from '../parts/attempt-view.tsx';
import { Badge } from '../parts/badge.tsx';
import { Confirm } from '../parts/confirm.tsx';
import { Failure } from '../parts/failure.tsx';
import { Loading } from '../parts/loading.tsx';
import { Page } from '../parts/page.tsx';
import { SendAsTest } from '../parts/send-as-test.tsx';
import { Time } from '../parts/time.tsx';
import { TimeAxis } from '../parts/time-axis.tsx';

/** One invocation: why it stands where it stands, its time axis, and each attempt. */
export function InvocationScreen() {
  const { id = '' } = useRoute().params;
  const invocation = useInvocation(id);
  const attempts = useAttempts(id, invocation.data?.attemptsCount ?? 0);
  const webhooks = useWebhooks();
  const [chosen, setChosen] = useState<string>();
  const [compared, setCompared] = useState('');
  const [asking, setAsking] = useState<'replay' | 'test'>();
  useKeys({
    r: () => mayAct.value && invocation.data && setAsking('replay'),
    u: () => history.back(),
  });

  if (invocation.error) {
    return (
      <Page title="Invocation">
        <Failure
          what={`Invocation ${id}`}
          error={invocation.error}
          onRetry={() => void invocation.refetch()}
        />
        <p>
          <a href="/console/invocations">All invocations</a>
        </p>
      </Page>
    );
  }
  if (invocation.data === undefined) {
    return (
      <Page title="Invocation">
        <Loading what="the invocation" />
      </Page>
    );
  }
  const found = invocation.data;
  const list = attempts.data ?? [];
  const webhook = webhooks.data?.find((each) => each.id === found.webhookId);
  const index = list.findIndex((attempt) => attempt.id === chosen);
  const place = index < 0 ? list.length - 1 : index;
  const shown = list[place];
  const other = list.find((attempt) => attempt.id === compared);
  const tone = statusTone(found.status);
  const replay = async () => {
    await hooktrail.invocations.replay(found.webhookId, id);
    toast.value = { text: 'It will be sent again at once.' };
    await cache.invalidateQueries();
  };

  return (
    <Page
      title={`Invocation ${id}`}
      heading={<span class="mono">{id}</span>}
      actions={
        mayAct.value && (
          <>
            {shown?.request?.payload !== undefined && (
              <button type="button" class="button" onClick={() => setAsking('test')}>
                Send as a test
              </button>
            )}
            <button type="button" class="button primary" onClick={() => setAsking('replay')}>
              Replay
            </button>
          </>
        )
      }
    >
      <p class={`why ${tone}`}>
        <Badge tone={tone}>{found.status}</Badge> <span class="wrap">{found.explanation}</span>
      </p>
      <div class="with-aside">
        <section class="card" aria-label="Time axis">
          <header>
            <h2>What happened</h2>
          </header>
          <div class="body">
            {attempts.error && (
              <Failure
                what="The attempts"
                error={attempts.error}
                onRetry={() => void attempts.refetch()}
              />
            )}
            <TimeAxis
              invocation={found}
              attempts={list}
              chosen={shown?.id}
              onChoose={(attemptId) => setChosen(attemptId)}
            />
          </div>
        </section>
        <section class="card" aria-label="Facts">
          <header>
            <h2>Facts</h2>
          </header>
          <div class="body">
            <dl class="facts">
              <dt>Webhook</dt>
              <dd>
                <a href={`/console/webhooks/${found.webhookId}`}>
                  {webhook?.name ?? found.webhookId}
                </a>
              </dd>
              <dt>Event</dt>
              <dd>
                {found.eventId === undefined ? (
                  <span class="soft">no longer kept</span>
                ) : (
                  <a class="mono" href={`/console/events/${encodeURIComponent(found.eventId)}`}>
                    {found.eventId}
                  </a>
                )}
              </dd>
              <dt>Type</dt>
              <dd class="mono">{found.eventType ?? 'unknown'}</dd>
              <dt>Created</dt>
              <dd>
                <Time at={found.createdAt} form="long" />
              </dd>
              <dt>Attempts</dt>
              <dd>{found.attemptsCount}</dd>
              {found.errorClass && (
                <>
                  <dt>Error</dt>
                  <dd>{found.errorClass}</dd>
                </>
              )}
              {found.reasonCode && (
                <>
                  <dt>Reason</dt>
                  <dd>{found.reasonCode}</dd>
                </>
              )}
              <dt>Like this</dt>
              <dd>
                <a
                  href={`/console/invocations?q=${encodeURIComponent(`webhook:${found.webhookId} status:"${found.status}"`)}`}
                >
                  Same webhook and status
                </a>
              </dd>
            </dl>
          </div>
        </section>
      </div>
      {shown && (
        <AttemptView
          key={shown.id}
          attempt={shown}
          number={place + 1}
          webhookId={found.webhookId}
        />
      )}
      {found.attemptsCount === 0 && <p class="soft">No request has been made yet.</p>}
      {list.length > 1 && shown && (
        <section class="card" aria-label="Compare">
          <header>
            <h2>What changed</h2>
            <label class="row">
              <span>Compare attempt {place + 1} with</span>
              <select
                class="input"
                value={compared}
                onChange={(event) => setCompared(event.currentTarget.value)}
              >
                <option value="">no other</option>
                {list.map(
                  (attempt, number) =>
                    attempt.id !== shown.id && (
                      <option key={attempt.id} value={attempt.id}>
                        attempt {number + 1}
                      </option>
                    ),
                )}
              </select>
            </label>
          </header>
          {other && (
            <div class="body">
              {list.indexOf(other) < place ? (
                <AttemptDiff first={other} second={shown} />
              ) : (
                <AttemptDiff first={shown} second={other} />
              )}
            </div>
          )}
        </section>
      )}
      {asking === 'replay' && (
        <Confirm
          title="Replay this invocation"
          act="Replay 1 invocation"
          onAct={replay}
          onClose={() => setAsking(undefined)}
        >
          <p>
            One request goes to <strong>{webhook?.name ?? found.webhookId}</strong> at once, with
            the same invocation id. {found.nextAttemptAt ? 'The retry schedule is unchanged. ' : ''}
            {found.status === 'success' && (
              <strong>It succeeded already: the receiver sees the event again.</strong>
            )}
          </p>
        </Confirm>
      )}
      {asking === 'test' && (
        <SendAsTest payload={shown?.request?.payload ?? ''} onClose={() => setAsking(undefined)} />
      )}
    </Page>
  );
}
