import type { EraseJob } from '@hooktrail/sdk/hooktrail';
import { useState } from 'preact/hooks';
import { cache } from '../data/cache.ts';
import { hooktrail } from '../data/hooktrail.ts';
import { toast } from '../data/toast.ts';
import { formatCount } from '../model/format-count.ts';
import { Confirm } from './confirm.tsx';

/** What may be done to an erasure, and what that says. */
const ACTS = {
  pause: { title: 'Pause the erasure', act: 'Keep', done: 'The erasure is paused.' },
  resume: { title: 'Resume the erasure', act: 'Erase', done: 'The erasure goes on.' },
  cancel: { title: 'Cancel the erasure', act: 'Keep', done: 'The erasure is cancelled.' },
} as const;

type Act = keyof typeof ACTS;

/** Pause, resume and cancel an erasure, as far as its state allows it. */
export function EraseActs({ job }: { job: EraseJob }) {
  const [asking, setAsking] = useState<Act>();
  const { counts, id, state } = job;
  if (state === 'done' || state === 'cancelled') return null;
  const isHeld = state === 'paused' || state === 'stopped';
  const isSelecting = counts.selected === 0 || state === 'waiting' || state === 'selecting';
  const left = isSelecting ? 'what it selects' : `${formatCount(counts.waiting)} not looked at yet`;
  const acts: readonly [Act, string, string][] = [
    isHeld ? ['resume', 'Resume', 'danger'] : ['pause', 'Pause', ''],
    ['cancel', 'Cancel the job', ''],
  ];
  return (
    <>
      {acts.map(([act, name, tone]) => (
        <button key={act} type="button" class={`button ${tone}`} onClick={() => setAsking(act)}>
          {name}
        </button>
      ))}
      {asking && (
        <Confirm
          title={ACTS[asking].title}
          act={`${ACTS[asking].act} ${left}`}
          danger={asking === 'resume'}
          onAct={async () => {
            await hooktrail.jobs[asking](id);
            toast.value = { text: ACTS[asking].done };
            await cache.invalidateQueries({ queryKey: ['job', id] });
            await cache.invalidateQueries({ queryKey: ['jobs'] });
          }}
          onClose={() => setAsking(undefined)}
        >
          <p>
            {formatCount(counts.erased)} of {formatCount(counts.selected)} are erased, which nothing
            brings back.
            {asking === 'cancel' && ' A cancelled job cannot be resumed.'}
          </p>
        </Confirm>
      )}
    </>
  );
}
