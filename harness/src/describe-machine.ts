import { cpus, totalmem } from 'node:os';
import { syncMs } from './sync-ms.ts';

/** The machine that figures were measured on. */
export interface Machine {
  readonly cores: number;
  readonly processor: string;
  readonly memoryGib: number;
  readonly node: string;
  readonly postgres: string;
  /** The duration of the durable write that a commit waits for. */
  readonly syncMs: number;
}

/** Describes this machine; `postgres` is the version of the PostgreSQL that was measured. */
export function describeMachine(postgres: string): Machine {
  return {
    cores: cpus().length,
    processor: cpus()[0]?.model ?? 'unknown',
    memoryGib: Math.round(totalmem() / 2 ** 30),
    node: process.versions.node,
    postgres,
    syncMs: syncMs(),
  };
}
