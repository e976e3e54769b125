import { cpus, totalmem } from 'node:os';
import { syncMs } from './sync-ms.ts';

/** What a figure cannot be read without. */
export interface Machine {
  readonly cores: number;
  readonly processor: string;
  readonly memoryGib: number;
  readonly node: string;
  readonly postgres: string;
  /** How long one write takes that a commit waits for. */
  readonly syncMs: number;
}

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
