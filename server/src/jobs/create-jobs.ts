import type { Logger } from 'pino';
import type { Database } from '../database/database.ts';
import type { Directory } from '../directory/directory.ts';
import type { Account } from '../model/account.ts';
import type { Clock } from '../model/clock.ts';
import { heldReasonOf } from '../trail/held-reason-of.ts';
import { createJobStore, type JobStore } from './create-job-store.ts';
import { JobRunner } from './job-runner.ts';
import { createReplayKind } from './replay/create-replay-kind.ts';
import { type Estimate, estimateReplay } from './replay/estimate-replay.ts';
import type { ReplaySpec } from './replay/replay-spec.ts';

interface Parts {
  readonly clock: Clock;
  /** For jobs alone; its statements append deltas. */
  readonly database: Database;
  readonly directory: Directory;
  readonly isBroken: (webhookId: string) => boolean;
  readonly log: Logger;
  /** Tells claimers of invocations that are due. */
  readonly lookAfter: (webhookIds: readonly string[]) => void;
  readonly oneLane: boolean;
  readonly retentionDays: number;
}

/** The jobs of a node. */
export interface Jobs {
  readonly store: JobStore;
  /** Why what is due of a webhook would wait now: `breaker`, `paused`, `suspended` or `inactive`. */
  heldBy(webhookId: string): string | undefined;
  /** What a replay would do. @throws TooManySelected */
  estimate(accountId: number, spec: ReplaySpec): Promise<Estimate>;
  /** Starts taking jobs. */
  start(): void;
  stop(): Promise<void>;
}

/** Wires the parts of jobs. A further kind plugs into `kinds`. */
export function createJobs(parts: Parts): Jobs {
  const { clock, database, directory, isBroken, log } = parts;
  const heldBy = (webhookId: string): string | undefined => {
    const webhook = directory.webhook(webhookId);
    const account = webhook && (directory.account(webhook.accountId) as Account);
    return heldReasonOf(account, webhook) ?? (isBroken(webhookId) ? 'breaker' : undefined);
  };
  const all = { ...parts, heldBy };
  const runner = new JobRunner({ clock, database, kinds: [createReplayKind(all)], log });
  return {
    store: createJobStore({ clock, database, wake: () => runner.wake() }),
    heldBy,
    estimate: (accountId, spec) => estimateReplay(all, accountId, spec),
    start: () => runner.start(),
    stop: () => runner.stop(),
  };
}
