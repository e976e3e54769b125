import type { Postgres } from '../stage/postgres.ts';
import type { FaultKind } from './fault-kind.ts';

/** The faults of PostgreSQL, which restarts and recovers by itself. */
export function postgresFaults(postgres: Postgres): FaultKind[] {
  return [
    {
      name: 'PostgreSQL killed (kill -9)',
      effect: 'pause',
      copies: 2,
      lastsMs: [0, 0],
      ofProcess: false,
      begin: () => postgres.kill(),
      end: () => undefined,
    },
    {
      name: 'a backend of PostgreSQL killed (kill -9)',
      effect: 'pause',
      copies: 1,
      lastsMs: [0, 0],
      ofProcess: false,
      begin: () => postgres.killBackend(),
      end: () => undefined,
    },
  ];
}
