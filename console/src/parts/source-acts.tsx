import type { Source } from '@hooktrail/sdk/hooktrail';
import { useState } from 'preact/hooks';
import { cache } from '../data/cache.ts';
import { hooktrail } from '../data/hooktrail.ts';
import { toast } from '../data/toast.ts';
import { formatCount } from '../model/format-count.ts';
import { Confirm } from './confirm.tsx';
import { Time } from './time.tsx';

const LOG_MS = 7 * 24 * 3_600_000;

const counted = (count: number, one: string) =>
  `${formatCount(count)} ${one}${count === 1 ? '' : 's'}`;

/** Pause or resume, and delete a source, each after a question that has its numbers. */
export function SourceActs({ source, onDeleted }: { source: Source; onDeleted: () => void }) {
  const [asking, setAsking] = useState<'pause' | 'resume' | 'delete'>();
  const { archived, completeUntil, id, name, webhooksCount, webhooksGone } = source;
  const isPaused = source.state === 'paused';
  const close = () => setAsking(undefined);
  const act = async (work: () => Promise<unknown>, text: string) => {
    await work();
    toast.value = { text };
    await cache.invalidateQueries();
  };
  return (
    <>
      <button type="button" class="button" onClick={() => setAsking(isPaused ? 'resume' : 'pause')}>
        {isPaused ? 'Resume' : 'Pause'}
      </button>
      <button type="button" class="button danger" onClick={() => setAsking('delete')}>
        Delete
      </button>
      {asking === 'pause' && (
        <Confirm
          title={`Pause ${name}`}
          act={`Stop reading ${counted(webhooksCount, 'webhook')}`}
          onAct={() => act(() => hooktrail.sources.pause(id), `${name} is paused.`)}
          onClose={close}
        >
          <p>
            Nothing is asked of the service until you resume. What is archived stays;{' '}
            {formatCount(source.bodiesMissing.count)} missing{' '}
            {source.bodiesMissing.count === 1 ? 'body is' : 'bodies are'} not fetched meanwhile. The
            service forgets after seven days:{' '}
            {completeUntil === undefined ? (
              'what it forgets until then is lost.'
            ) : (
              <>
                a pause beyond <Time at={new Date(completeUntil.getTime() + LOG_MS)} /> is a gap.
              </>
            )}
          </p>
        </Confirm>
      )}
      {asking === 'resume' && (
        <Confirm
          title={`Resume ${name}`}
          act={`Read ${counted(webhooksCount, 'webhook')} again`}
          onAct={() => act(() => hooktrail.sources.resume(id), `${name} is resumed.`)}
          onClose={close}
        >
          <p>
            Its logs are read at once, at {source.budgetShare} % of the requests that the service
            allows. What the service forgot meanwhile becomes a gap.
          </p>
        </Confirm>
      )}
      {asking === 'delete' && (
        <Confirm
          title={`Delete ${name}`}
          act="Delete 1 source"
          danger
          typed={name}
          onAct={async () => {
            await hooktrail.sources.delete(id);
            toast.value = { text: `${name} is deleted, with everything that was archived of it.` };
            onDeleted();
            // Not of this one, which is still shown and would say that it is not found.
            await cache.invalidateQueries({
              predicate: ({ queryKey }) => !queryKey.includes(id) && !queryKey.includes(name),
            });
          }}
          onClose={close}
        >
          <p>
            <strong>
              {counted(archived.rows, 'row')} of {counted(archived.invocations, 'invocation')},{' '}
              {formatCount(archived.bodies)} of them with bodies, of{' '}
              {counted(webhooksCount + webhooksGone, 'webhook')}
            </strong>{' '}
            go with it. They are in no list from now on. The service has no more than its last seven
            days of them. This cannot be undone; a pause keeps what is archived.
          </p>
        </Confirm>
      )}
    </>
  );
}
