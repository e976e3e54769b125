import type { ReplayJob } from '@hooktrail/sdk/hooktrail';
import { formatCount } from '../model/format-count.ts';
import { Notice } from './notice.tsx';

const COUNTS = [
  ['Succeeded', 'succeeded'],
  ['Failed', 'failed'],
  ['In flight', 'inFlight'],
  ['Not sent yet', 'waiting'],
  ['Skipped', 'skipped'],
] as const;

/** What a replay waits for, and what it has sent. */
export function ReplayCounts({ job: { counts, waitsFor } }: { job: ReplayJob }) {
  return (
    <>
      {waitsFor?.map(({ for: what, webhook }) => (
        <Notice key={webhook.id} tone="hold">
          <p>
            Waits for <a href={`/console/webhooks/${webhook.id}`}>{webhook.name ?? webhook.id}</a>:{' '}
            {what}
          </p>
        </Notice>
      ))}
      <div class="tiles">
        {COUNTS.map(([name, key]) => (
          <div key={key} class="tile">
            <span class="soft">{name}</span>
            <span class="value">{formatCount(counts[key])}</span>
          </div>
        ))}
      </div>
    </>
  );
}
