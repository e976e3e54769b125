import type { Logger } from 'pino';
import type { Database } from '../database/database.ts';
import type { Directory } from '../directory/directory.ts';
import type { DeliveryMetrics } from '../metrics/delivery-metrics.ts';
import type { Account } from '../model/account.ts';
import type { Clock } from '../model/clock.ts';
import type { ExportStore } from '../model/export-store.ts';
import type { JobKindName } from '../model/job.ts';
import { Turns } from '../shares/turns.ts';
import { heldReasonOf } from '../trail/held-reason-of.ts';
import { createJobStore, type JobStore } from './create-job-store.ts';
import { createEraseKind } from './erase/create-erase-kind.ts';
import type { EraseSpec } from './erase/erase-spec.ts';
import { type EraseEstimate, estimateErase } from './erase/estimate-erase.ts';
import { checkExportUse } from './export/check-export-use.ts';
import { createExportKind } from './export/create-export-kind.ts';
import { deleteExportFiles } from './export/delete-export-files.ts';
import { estimateExport } from './export/estimate-export.ts';
import { ExportHome } from './export/export-home.ts';
import { ExportJanitor } from './export/export-janitor.ts';
import type { ExportViews } from './export/export-views.ts';
import type { Exports } from './export/exports.ts';
import { openExportFile } from './export/open-export-file.ts';
import { takeTurns } from './held/take-turns.ts';
import { JobRunner } from './job-runner.ts';
import { FolderPlace } from './places/folder/folder-place.ts';
import { StorePlace } from './places/store/store-place.ts';
import { createReplayWay } from './replay/create-replay-way.ts';
import { createSendingKind } from './replay/create-sending-kind.ts';
import { type Estimate, estimateReplay } from './replay/estimate-replay.ts';
import type { ReplaySpec } from './replay/replay-spec.ts';
import { createResendWay } from './resend/create-resend-way.ts';
import type { Resender } from './resend/resender.ts';

interface Parts {
  readonly clock: Clock;
  /** How many statements run at once. */
  readonly connections: number;
  /** For jobs alone; its statements append deltas. */
  readonly database: Database;
  readonly directory: Directory;
  /** How long an estimate may read; 3 s unless said otherwise. */
  readonly estimateMs?: number;
  /** Where exports are written, and how. */
  readonly exports: {
    /** A folder, or a bucket. */
    readonly to: string | ExportStore;
    /** Whether an operator named it. */
    readonly isNamed: boolean;
    /** Bytes that the kept files of an account may have. */
    readonly maxBytes: number;
    readonly views: ExportViews;
  };
  readonly isBroken: (webhookId: string) => boolean;
  readonly log: Logger;
  /** Tells claimers of invocations that are due. */
  readonly lookAfter: (webhookIds: readonly string[]) => void;
  readonly metrics?: Pick<DeliveryMetrics, 'finished'> | undefined;
  /** Schedules a claim of this node at a time (milliseconds since 1970), which may be over. */
  readonly note: (webhookId: string, atMs: number) => void;
  readonly oneLane: boolean;
  /** Sends what is archived again. */
  readonly resender: Resender;
  readonly retentionDays: number;
}

/** The jobs of a node. */
export interface Jobs {
  readonly store: JobStore;
  /** Why what is due of a webhook would wait now: `breaker`, `paused`, `suspended` or `inactive`. */
  heldBy(webhookId: string): string | undefined;
  /** What a replay or a resend would do. @throws TooManySelected */
  estimate(
    accountId: number,
    kind: Exclude<JobKindName, 'export' | 'erase'>,
    spec: ReplaySpec,
  ): Promise<Estimate>;
  readonly exports: Exports;
  /** What an erasure would do. @throws TooManySelected */
  estimateErase(accountId: number, spec: EraseSpec): Promise<EraseEstimate>;
  /** Starts taking jobs. @throws CannotStart */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Wires the parts of jobs. A further kind plugs into `kinds`. */
export function createJobs(parts: Parts): Jobs {
  const { clock, connections, database, directory, isBroken, log } = parts;
  const heldBy = (webhookId: string): string | undefined => {
    const webhook = directory.webhook(webhookId);
    const account = webhook && (directory.account(webhook.accountId) as Account);
    return heldReasonOf(account, webhook) ?? (isBroken(webhookId) ? 'breaker' : undefined);
  };
  const all = { ...parts, heldBy };
  const { isNamed, maxBytes, to, views } = parts.exports;
  const place = typeof to === 'string' ? new FolderPlace(to) : new StorePlace(to);
  const home = new ExportHome({ clock, database, isNamed, log, place });
  const janitor = new ExportJanitor({ database, log, place });
  const exported = { ...parts, home, maxBytes, views };
  const turns = new Turns(connections);
  const databaseOf = (accountId: number) => takeTurns(database, turns, accountId);
  const ways = { replay: createReplayWay(all), resend: createResendWay(all) };
  const kinds = [
    createSendingKind(all, ways.replay),
    createSendingKind(all, ways.resend),
    createExportKind(exported),
    createEraseKind(parts),
  ];
  const runner = new JobRunner({ clock, database, databaseOf, kinds, log });
  return {
    store: createJobStore({ clock, database, wake: () => runner.wake() }),
    heldBy,
    estimate: (accountId, kind, spec) =>
      estimateReplay(
        { ...all, database: databaseOf(accountId), way: ways[kind] },
        accountId,
        spec,
        parts.estimateMs,
      ),
    exports: {
      async open() {
        await home.open();
      },
      check: (accountId) => checkExportUse(database, accountId, maxBytes),
      estimate: (accountId, spec) =>
        estimateExport(
          { ...parts, database: databaseOf(accountId) },
          accountId,
          spec,
          parts.estimateMs,
        ),
      openFile: (jobId, file, range) => openExportFile(home, jobId, file, range),
      async deleteFiles(accountId, id, act, check) {
        const row = await deleteExportFiles(parts, accountId, id, act, check);
        janitor.wake();
        return row;
      },
    },
    estimateErase: (accountId, spec) =>
      estimateErase(
        { ...parts, database: databaseOf(accountId) },
        accountId,
        spec,
        parts.estimateMs,
      ),
    async start() {
      await home.start();
      janitor.start();
      runner.start();
    },
    async stop() {
      await runner.stop();
      const swept = janitor.stop();
      await home.stop();
      await swept;
    },
  };
}
