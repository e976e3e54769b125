import type { ListedInvocation } from '@hooktrail/sdk/hooktrail';
import { Fragment } from 'preact';
import { useState } from 'preact/hooks';
import { cache } from '../data/cache.ts';
import { explainError } from '../data/explain-error.ts';
import { hooktrail } from '../data/hooktrail.ts';
import { toast } from '../data/toast.ts';
import { formatCount } from '../model/format-count.ts';
import { Confirm } from './confirm.tsx';

/** One request each: more belong into a job, which goes on without this page. */
const MOST = 100;

/** Replays the selected invocations after saying how many of which webhooks that will send. */
export function ReplaySelected({
  rows,
  onDone,
}: {
  rows: readonly ListedInvocation[];
  onDone: () => void;
}) {
  const [asking, setAsking] = useState(false);
  const [done, setDone] = useState(0);
  const count = rows.length;
  const words = `${formatCount(count)} ${count === 1 ? 'invocation' : 'invocations'}`;
  const byWebhook = new Map<string, number>();
  for (const { webhook } of rows)
    byWebhook.set(webhook.name, (byWebhook.get(webhook.name) ?? 0) + 1);
  const succeeded = rows.filter(({ status }) => status === 'success').length;

  const replay = async () => {
    setDone(0);
    const refused: string[] = [];
    for (const { id, webhook } of rows) {
      try {
        await hooktrail.invocations.replay(webhook.id, id);
      } catch (error) {
        refused.push(explainError(error));
      }
      setDone((before) => before + 1);
    }
    const [first] = refused;
    toast.value =
      first === undefined
        ? { text: `${words} will be sent again.` }
        : {
            text: `${formatCount(count - refused.length)} of ${words} will be sent again; ${formatCount(refused.length)} were refused: ${first}`,
            bad: true,
          };
    await cache.invalidateQueries();
    onDone();
  };
  return (
    <>
      <button
        type="button"
        class="button primary"
        disabled={count > MOST}
        title={count > MOST ? `At most ${MOST} at a time` : undefined}
        onClick={() => setAsking(true)}
      >
        Replay {words}
      </button>
      {asking && (
        <Confirm
          title={`Replay ${words}`}
          act={done > 0 ? `${done} of ${count} sent` : `Replay ${words}`}
          onAct={replay}
          onClose={() => setAsking(false)}
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
