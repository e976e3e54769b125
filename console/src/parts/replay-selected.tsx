import type { ListedInvocation } from '@hooktrail/sdk/hooktrail';
import { Fragment } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { cache } from '../data/cache.ts';
import { explainError } from '../data/explain-error.ts';
import { hooktrail } from '../data/hooktrail.ts';
import { toast } from '../data/toast.ts';
import { formatCount } from '../model/format-count.ts';
import { Confirm } from './confirm.tsx';

/** One request each: more belong into a job, which goes on without this page. */
const MOST = 100;

/**
 * Replays the selected invocations after saying how many of which webhooks that will send. Whoever closes the
 * dialog meanwhile stops it.
 */
export function ReplaySelected({
  rows: chosen,
  onDone,
}: {
  rows: readonly ListedInvocation[];
  onDone: () => void;
}) {
  const [asking, setAsking] = useState(false);
  const [done, setDone] = useState(0);
  const running = useRef<AbortController>();
  const stop = () => running.current?.abort();
  // A session that ended takes the page away: each further request would be refused.
  useEffect(() => stop, []);
  // Their webhooks are not ours: nothing of them is sent from here.
  const rows = chosen.filter(({ origin }) => origin === undefined);
  const archived = chosen.length - rows.length;
  const count = rows.length;
  const words = `${formatCount(count)} ${count === 1 ? 'invocation' : 'invocations'}`;
  const byWebhook = new Map<string, number>();
  for (const { webhook } of rows)
    byWebhook.set(webhook.name, (byWebhook.get(webhook.name) ?? 0) + 1);
  const succeeded = rows.filter(({ status }) => status === 'success').length;

  const replay = async () => {
    setDone(0);
    const run = new AbortController();
    running.current = run;
    let tried = 0;
    const refused: string[] = [];
    for (const { id, webhook } of rows) {
      if (run.signal.aborted) break;
      tried += 1;
      try {
        await hooktrail.invocations.replay(webhook.id, id);
      } catch (error) {
        refused.push(explainError(error));
      }
      setDone((before) => before + 1);
    }
    const [first] = refused;
    const accepted = tried - refused.length;
    const isAll = accepted === count;
    toast.value = {
      text: [
        isAll
          ? `${words} will be sent again.`
          : `${formatCount(accepted)} of ${words} will be sent again.`,
        first !== undefined &&
          `${formatCount(refused.length)} ${refused.length === 1 ? 'was' : 'were'} refused: ${first}`,
        tried < count && `The other ${formatCount(count - tried)} were not tried.`,
      ]
        .filter(Boolean)
        .join(' '),
      bad: !isAll,
    };
    await cache.invalidateQueries();
    if (tried === count) onDone();
  };
  if (count === 0) return null;
  return (
    <>
      <button
        type="button"
        class="button primary"
        disabled={count > MOST}
        title={
          count > MOST
            ? `At most ${MOST} at a time. Select all rows to replay all that match.`
            : undefined
        }
        onClick={() => setAsking(true)}
      >
        Replay {words}
      </button>
      {asking && (
        <Confirm
          title={`Replay ${words}`}
          act={done > 0 ? `${done} of ${count} sent` : `Replay ${words}`}
          onAct={replay}
          onClose={() => {
            stop();
            setAsking(false);
          }}
        >
          <p>
            One request each goes to the endpoint at once, beside the retry schedule. The receiver
            may see events that it has already handled.
          </p>
          <dl class="facts">
            {[...byWebhook].map(([name, times]) => (
              <Fragment key={name}>
                <dt>{name}</dt>
                <dd>{formatCount(times)}</dd>
              </Fragment>
            ))}
          </dl>
          {archived > 0 && (
            <p>
              {formatCount(archived)} of the selected {archived === 1 ? 'is' : 'are'} archived from
              elsewhere and not replayed.
            </p>
          )}
          {succeeded > 0 && (
            <p>
              <strong>{formatCount(succeeded)} of them succeeded already.</strong>
            </p>
          )}
        </Confirm>
      )}
    </>
  );
}
