import type { TortureNode } from '../stage/torture-node.ts';
import type { FaultKind } from './fault-kind.ts';

/** Longer than the lease of 30 s, also for a lease that was renewed a moment before. */
const PAST_LEASE_MS = [34_000, 38_000] as const;

export const STOPPED_PAST_LEASE = 'node stopped past its leases (SIGSTOP, SIGCONT)';
export const AWAY_PAST_LEASE = 'node without database past its leases';

/** The faults of one node and of its connections to the database. */
export function nodeFaults(node: TortureNode): FaultKind[] {
  const { gate } = node;
  return [
    {
      name: 'node killed (kill -9)',
      effect: 'death',
      copies: 5,
      lastsMs: [0, 3_000],
      ofProcess: true,
      begin: () => node.kill(),
      end: () => node.start(),
    },
    {
      name: 'node asked to end (SIGTERM)',
      effect: 'leave',
      copies: 2,
      lastsMs: [0, 2_000],
      ofProcess: true,
      begin: () => node.terminate(),
      end: () => node.start(),
    },
    {
      name: 'node stopped for a moment (SIGSTOP, SIGCONT)',
      effect: 'pause',
      copies: 2,
      lastsMs: [300, 6_000],
      ofProcess: true,
      begin: () => node.pause(),
      end: () => node.resume(),
    },
    {
      name: STOPPED_PAST_LEASE,
      effect: 'pause',
      copies: 1,
      lastsMs: PAST_LEASE_MS,
      ofProcess: true,
      begin: () => node.pause(),
      end: () => node.resume(),
    },
    {
      name: 'database connections of a node cut',
      effect: 'pause',
      copies: 3,
      lastsMs: [0, 0],
      ofProcess: false,
      begin: () => gate.cut(),
      end: () => undefined,
    },
    {
      name: 'node without database for a moment',
      effect: 'pause',
      copies: 2,
      lastsMs: [500, 9_000],
      ofProcess: false,
      begin: () => gate.shut(),
      end: () => gate.open(),
    },
    {
      name: AWAY_PAST_LEASE,
      effect: 'pause',
      copies: 1,
      lastsMs: PAST_LEASE_MS,
      ofProcess: false,
      begin: () => gate.shut(),
      end: () => gate.open(),
    },
  ];
}
