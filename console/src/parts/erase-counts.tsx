import type { EraseJob } from '@hooktrail/sdk/hooktrail';
import { formatCount } from '../model/format-count.ts';

const COUNTS = [
  ['Erased', 'erased'],
  ['Invocations of these', 'invocations'],
  ['Attempts of these', 'attempts'],
  ['Not looked at yet', 'waiting'],
  ['Skipped', 'skipped'],
] as const;

/** What an erasure has taken out. */
export function EraseCounts({ job: { counts } }: { job: EraseJob }) {
  return (
    <div class="tiles">
      {COUNTS.map(([name, key]) => (
        <div key={key} class="tile">
          <span class="soft">{name}</span>
          <span class="value">{formatCount(counts[key])}</span>
        </div>
      ))}
    </div>
  );
}
