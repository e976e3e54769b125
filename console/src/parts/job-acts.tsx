import type { ReplayJob } from '@hooktrail/sdk/hooktrail';
import { useState } from 'preact/hooks';
import { cache } from '../data/cache.ts';
import { hooktrail } from '../data/hooktrail.ts';
import { toast } from '../data/toast.ts';
import { formatCount } from '../model/format-count.ts';
import { Confirm } from './confirm.tsx';

type Act = 'pause' | 'resume' | 'cancel' | 'rate';

/** Pause, resume, change the rate and cancel a replay, each as far as the state of the job allows it. */
export function JobActs({ job }: { job: ReplayJob }) {
  const [asking, setAsking] = useState<Act>();
  const [rate, setRate] = useState('');
  if (['done', 'cancelled'].includes(job.state)) return null;
  const { failed, inFlight, selected, sent, succeeded, waiting } = job.counts;
  const isHeld = ['paused', 'stopped'].includes(job.state);
  const isSelecting = selected === 0 || ['waiting', 'selecting'].includes(job.state);
  const left = isSelecting
    ? `what it selects (${formatCount(waiting)} so far)`
    : `${formatCount(waiting)} ${waiting === 1 ? 'invocation' : 'invocations'}`;
  const close = () => setAsking(undefined);
  const after = async (text: string) => {
    toast.value = { text };
    await cache.invalidateQueries({ queryKey: ['job', job.id] });
    await cache.invalidateQueries({ queryKey: ['jobs'] });
  };
  const isRate = /^\d+$/.test(rate.trim()) && Number(rate) >= 1 && Number(rate) <= 1_000;
  return (
    <>
      {isHeld ? (
        <button type="button" class="button primary" onClick={() => setAsking('resume')}>
          Resume
        </button>
      ) : (
        <button type="button" class="button" onClick={() => setAsking('pause')}>
          Pause
        </button>
      )}
      <button
        type="button"
        class="button"
        onClick={() => {
          setRate(String(job.rate));
          setAsking('rate');
        }}
      >
        Change the rate
      </button>
      <button type="button" class="button danger" onClick={() => setAsking('cancel')}>
        Cancel the job
      </button>
      {asking === 'pause' && (
        <Confirm
          title="Pause the job"
          act={`Hold back ${left}`}
          onAct={async () => {
            await hooktrail.jobs.pause(job.id);
            await after('The job is paused.');
          }}
          onClose={close}
        >
          <p>
            {formatCount(inFlight)} sent without an outcome: requests in flight end, the others are
            taken back. A paused job stays until it is resumed or cancelled.
          </p>
        </Confirm>
      )}
      {asking === 'resume' && (
        <Confirm
          title="Resume the job"
          act={`Send ${left}`}
          onAct={async () => {
            await hooktrail.jobs.resume(job.id);
            await after('The job goes on.');
          }}
          onClose={close}
        >
          <p>
            It goes on where it was, at {formatCount(job.rate)} a second of each webhook. What was
            attempted meanwhile is skipped.
          </p>
        </Confirm>
      )}
      {asking === 'cancel' && (
        <Confirm
          title="Cancel the job"
          act={`Give up ${left}`}
          danger
          onAct={async () => {
            await hooktrail.jobs.cancel(job.id);
            await after('The job is cancelled.');
          }}
          onClose={close}
        >
          <p>
            {isSelecting ? `W${left.slice(1)}` : left} will not be sent. {formatCount(sent)} were
            sent: {formatCount(succeeded)} succeeded, {formatCount(failed)} failed,{' '}
            {formatCount(inFlight)} have no outcome yet. A cancelled job cannot be resumed.
          </p>
        </Confirm>
      )}
      {asking === 'rate' && (
        <Confirm
          title="Change the rate"
          act={isRate ? `Send ${formatCount(Number(rate))} a second` : 'Enter a rate'}
          onAct={async () => {
            if (!isRate)
              throw new Error(
                `Rate must be a whole number from 1 to 1,000, got ${rate || 'nothing'}.`,
              );
            await hooktrail.jobs.update(job.id, { rate: Number(rate) });
            await after('The rate is changed.');
          }}
          onClose={close}
        >
          <label class="field">
            <span>Attempts a second of each webhook</span>
            <input
              class="input"
              inputMode="numeric"
              autoComplete="off"
              value={rate}
              onInput={(event) => setRate(event.currentTarget.value)}
            />
            <small>From 1 to 1,000, on top of the limits of each webhook; now {job.rate}</small>
          </label>
        </Confirm>
      )}
    </>
  );
}
