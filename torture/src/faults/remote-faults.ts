import type { Random } from '@hooktrail/harness/create-random';
import type { Fault as Spoiled } from '@hooktrail/harness/zendesk/faults';
import type { Remote } from '../stage/open-remotes.ts';
import type { FaultKind } from './fault-kind.ts';

const KINDS: readonly (readonly [name: string, share: number, spoiled: readonly Spoiled[]])[] = [
  [
    'remote accounts failing (500, 502)',
    0.7,
    [
      { kind: 'status', status: 500 },
      { kind: 'status', status: 502 },
    ],
  ],
  ['remote accounts throttling (429)', 0.5, [{ kind: 'throttle', retryAfter: '2' }]],
  [
    'remote accounts that drop connections',
    0.5,
    [{ kind: 'drop' }, { kind: 'drop', midway: true }],
  ],
  ['remote accounts that answer garbage', 0.5, [{ kind: 'html' }, { kind: 'truncated' }]],
  ['remote accounts slow (3 s)', 1, [{ kind: 'slow', ms: 3_000 }]],
];

/** Of one minute. */
const BURST = 1_000;

/** The faults of remote accounts; each hits one at a time. */
export function remoteFaults(remotes: readonly Remote[], random: Random): FaultKind[] {
  const storms = KINDS.map(([name, share, spoiled]): FaultKind => {
    let chosen: Remote | undefined;
    return {
      name,
      effect: 'endpoint',
      copies: 1,
      lastsMs: [1_000, 8_000],
      ofProcess: false,
      begin() {
        chosen = random.pick(remotes);
        chosen.double.faults.storm(share, spoiled);
      },
      end() {
        chosen?.double.faults.clear();
      },
    };
  });
  const burst: FaultKind = {
    name: `bursts of ${BURST} at a remote account`,
    effect: 'endpoint',
    copies: 1,
    lastsMs: [0, 0],
    ofProcess: false,
    begin() {
      const { double, webhookIds } = random.pick(remotes);
      double.account.burst(random.pick(webhookIds), BURST);
    },
    end: () => undefined,
  };
  return [...storms, burst];
}
