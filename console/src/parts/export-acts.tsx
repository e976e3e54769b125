import type { ExportJob } from '@hooktrail/sdk/hooktrail';
import { useState } from 'preact/hooks';
import { cache } from '../data/cache.ts';
import { hooktrail } from '../data/hooktrail.ts';
import { toast } from '../data/toast.ts';
import { formatBytes } from '../model/format-bytes.ts';
import { formatCount } from '../model/format-count.ts';
import { Confirm } from './confirm.tsx';

/** What may be done to an export, and what that says. */
const ACTS = {
  pause: { title: 'Pause the export', act: 'Stop writing', done: 'The export is paused.' },
  resume: { title: 'Resume the export', act: 'Go on writing', done: 'The export goes on.' },
  cancel: { title: 'Cancel the export', act: 'Delete what was written', done: 'It is cancelled.' },
  deleteFiles: { title: 'Delete the files', act: 'Delete', done: 'The files are deleted.' },
} as const;

type Act = keyof typeof ACTS;

/** Pause, resume and cancel an export, or delete its files, as far as its state allows it. */
export function ExportActs({ job }: { job: ExportJob }) {
  const [asking, setAsking] = useState<Act>();
  const { counts, files, id, state } = job;
  const isDone = state === 'done' || state === 'cancelled';
  const hasFiles = files.count > 0 && !files.deleted;
  if (isDone && !hasFiles) return null;
  const isHeld = state === 'paused' || state === 'stopped';
  const acts: readonly [Act, string, string][] = isDone
    ? [['deleteFiles', 'Delete the files', 'danger']]
    : [
        isHeld ? ['resume', 'Resume', 'primary'] : ['pause', 'Pause', ''],
        ['cancel', 'Cancel the job', 'danger'],
      ];
  const count = `${formatCount(files.count)} ${files.count === 1 ? 'file' : 'files'}`;
  const written = `${count} with ${formatCount(counts.rows)} rows, ${formatBytes(counts.bytes)}`;
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
          act={asking === 'deleteFiles' ? `Delete ${count}` : ACTS[asking].act}
          danger={asking === 'cancel' || asking === 'deleteFiles'}
          onAct={async () => {
            await hooktrail.jobs[asking](id);
            toast.value = { text: ACTS[asking].done };
            await cache.invalidateQueries({ queryKey: ['job', id] });
            await cache.invalidateQueries({ queryKey: ['jobs'] });
          }}
          onClose={() => setAsking(undefined)}
        >
          <p>
            {asking === 'cancel' || asking === 'deleteFiles'
              ? `Deletes ${written}. What was exported stays in the trail as long as that is kept.`
              : `Written so far: ${written}.`}
          </p>
        </Confirm>
      )}
    </>
  );
}
