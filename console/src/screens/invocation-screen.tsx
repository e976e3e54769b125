import { useState } from 'preact/hooks';
import { useRoute } from 'preact-iso';
import { cache } from '../data/cache.ts';
import { hooktrail } from '../data/hooktrail.ts';
import { mayAct } from '../data/may-act.ts';
import { toast } from '../data/toast.ts';
import { useAttempts } from '../data/use-attempts.ts';
import { useInvocation } from '../data/use-invocation.ts';
import { useKeys } from '../data/use-keys.ts';
import { useMirroredName } from '../data/use-mirrored-name.ts';
import { useWebhook } from '../data/use-webhook.ts';
import { EMPTY_REPLAY } from '../model/replay-draft.ts';
import { statusTone } from '../model/status-tone.ts';
import { AttemptDiff } from '../parts/attempt-diff.tsx';
import { AttemptView } from '../parts/attempt-view.tsx';
import { Badge } from '../parts/badge.tsx';
import { Confirm } from '../parts/confirm.tsx';
import { Failure } from '../parts/failure.tsx';
import { InvocationFacts } from '../parts/invocation-facts.tsx';
import { Loading } from '../parts/loading.tsx';
import { Page } from '../parts/page.tsx';
import { ReplayJob } from '../parts/replay-job.tsx';
import { ResendOne } from '../parts/resend-one.tsx';
import { SendAsTest } from '../parts/send-as-test.tsx';
import { TimeAxis } from '../parts/time-axis.tsx';

/** One invocation: why it stands where it stands, its time axis, and each attempt. */
export function InvocationScreen() {
  const { id = '' } = useRoute().params;
  // What was opened, typed or revealed belongs to this one: nothing of it stays for the next.
  return <OneInvocation key={id} id={id} />;
}

function OneInvocation({ id }: { readonly id: string }) {
  const invocation = useInvocation(id);
  const { attemptsCount, resendsCount = 0 } = invocation.data ?? {};
  const attempts = useAttempts(id, attemptsCount && attemptsCount + resendsCount);
  const isOurs = invocation.data?.origin === undefined;
  const { data: webhook } = useWebhook(isOurs ? invocation.data?.webhookId : undefined);
  const mirrored = useMirroredName(invocation.data);
  // The latest that has what a resend is made of.
  const rebuilt = attempts.data?.findLast(({ request }) => request !== undefined);
  const [chosen, setChosen] = useState<string>();
  const [compared, setCompared] = useState('');
  const [asking, setAsking] = useState<'replay' | 'resend' | 'elsewhere' | 'test'>();
  useKeys({
    r: () => {
      if (!mayAct.value || invocation.data === undefined) return;
      // What is archived is sent as it was, by nobody's schedule.
      if (isOurs) setAsking('replay');
      else if (rebuilt !== undefined) setAsking('resend');
    },
    u: () => history.back(),
  });

  const again = () => void invocation.refetch();
  if (invocation.data === undefined) {
    return (
      <Page title="Invocation">
        {invocation.error ? (
          <>
            <Failure what={`Invocation ${id}`} error={invocation.error} onRetry={again} />
            <p>
              <a href="/console/invocations">All invocations</a>
            </p>
          </>
        ) : (
          <Loading what="the invocation" />
        )}
      </Page>
    );
  }
  const found = invocation.data;
  const list = attempts.data ?? [];
  const { origin } = found;
  const name = mirrored.data ?? webhook?.name ?? found.webhookId;
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
            {origin !== undefined && rebuilt !== undefined && (
              <button type="button" class="button primary" onClick={() => setAsking('resend')}>
                Resend
              </button>
            )}
            {origin === undefined && (
              <>
                <button type="button" class="button" onClick={() => setAsking('elsewhere')}>
                  Replay to another webhook
                </button>
                <button type="button" class="button primary" onClick={() => setAsking('replay')}>
                  Replay
                </button>
              </>
            )}
          </>
        )
      }
    >
      {invocation.error && (
        <Failure what="The invocation" error={invocation.error} onRetry={again} />
      )}
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
        <InvocationFacts invocation={found} webhookName={name} />
      </div>
      {shown && (
        <AttemptView
          key={shown.id}
          attempt={shown}
          number={place + 1}
          webhookId={found.webhookId}
          origin={origin}
          erasedAt={found.erasedAt}
        />
      )}
      {found.attemptsCount === 0 && (
        <p class="soft">
          {origin === undefined
            ? 'No request has been made yet.'
            : `${origin} has made no request of it: there is nothing to show, and nothing to send again.`}
        </p>
      )}
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
            One request goes to <strong>{name}</strong> at once, with the same invocation id.{' '}
            {found.nextAttemptAt ? 'The retry schedule is unchanged. ' : ''}
            {found.status === 'success' && (
              <strong>It succeeded already: the receiver sees the event again.</strong>
            )}
          </p>
        </Confirm>
      )}
      {asking === 'resend' && rebuilt !== undefined && (
        <ResendOne
          invocation={found}
          attempt={rebuilt}
          name={name}
          onClose={() => setAsking(undefined)}
        />
      )}
      {asking === 'elsewhere' && (
        <ReplayJob
          q={`invocation:${id}`}
          title="Replay to another webhook"
          start={{ ...EMPTY_REPLAY, includeSucceeded: true }}
          elsewhere={found.webhookId}
          onClose={() => setAsking(undefined)}
        />
      )}
      {asking === 'test' && (
        <SendAsTest payload={shown?.request?.payload ?? ''} onClose={() => setAsking(undefined)} />
      )}
    </Page>
  );
}
