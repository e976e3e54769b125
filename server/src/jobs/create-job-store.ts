import type { Database, Runner } from '../database/database.ts';
import { writeAudit } from '../directory/audit/write-audit.ts';
import type { Act } from '../model/act.ts';
import type { Clock } from '../model/clock.ts';
import { newId } from '../model/ids.ts';
import { type JobKindName, type JobState, MOST_OPEN } from '../model/job.ts';
import { countOpenJobs } from '../sql/count-open-jobs.ts';
import { insertJob } from '../sql/insert-job.ts';
import { lockAccount } from '../sql/lock-account.ts';
import type { JobRow } from '../sql/parts/job-row.ts';
import { lockJob } from '../sql/read-jobs.ts';
import { writeJob } from '../sql/write-job.ts';
import { JobConflict } from './job-conflict.ts';
import { TooManyJobs } from './too-many-jobs.ts';

interface Parts {
  readonly clock: Clock;
  readonly database: Database;
  /** Called after each change: there may be something to do. */
  readonly wake: () => void;
}

interface NewJob {
  readonly accountId: number;
  readonly kind: JobKindName;
  readonly note: string | undefined;
  /** What is asked for, as its kind reads it. */
  readonly spec: object;
  /** What the audit has of it, where that is not all. */
  readonly audited?: object;
  /** Where its kind begins. */
  readonly progress: object;
}

/** Creates jobs and changes their states, each in one transaction with its row of the audit. */
export interface JobStore {
  /** @throws TooManyJobs */
  create(job: NewJob, act: Act): Promise<JobRow>;
  /** Undefined: there is no such job. @throws JobConflict */
  pause(accountId: number, id: string, act: Act): Promise<JobRow | undefined>;
  /** @throws JobConflict */
  resume(accountId: number, id: string, act: Act): Promise<JobRow | undefined>;
  /** @throws JobConflict */
  cancel(accountId: number, id: string, act: Act): Promise<JobRow | undefined>;
  /** Changes what is asked for, while it has not ended. @throws JobConflict */
  change(
    accountId: number,
    id: string,
    act: Act,
    changeOf: (row: JobRow) => {
      readonly spec: object;
      readonly before: object;
      readonly after: object;
    },
  ): Promise<JobRow | undefined>;
}

const ENDED: readonly JobState[] = ['cancelled', 'done'];
const HALTED: readonly JobState[] = ['paused', 'stopped'];

/** Makes what creates and changes jobs. */
export function createJobStore({ clock, database, wake }: Parts): JobStore {
  async function changed(
    accountId: number,
    id: string,
    act: Act,
    work: (row: JobRow, runner: Runner) => Partial<JobRow>,
    audited: (row: JobRow, next: JobRow) => { before: object; after: object } = (row, next) => ({
      before: { state: row.state },
      after: { state: next.state },
    }),
  ): Promise<JobRow | undefined> {
    const result = await database.transaction(async (runner) => {
      const [row] = await runner.run(lockJob, { accountId, id });
      if (row === undefined) return undefined;
      const next = { ...row, ...work(row, runner) };
      await runner.run(writeJob, {
        id,
        state: next.state,
        busy: next.busy,
        reasonCode: next.reason_code,
        reason: next.reason,
        spec: next.spec,
        endedAtMs: next.ended_at?.getTime() ?? null,
        released: next.state !== row.state,
      });
      const { before, after } = audited(row, next);
      await writeAudit(runner, clock, {
        accountId,
        act,
        targetType: 'job',
        targetId: id,
        before: { ...before },
        after: { ...after },
      });
      return next;
    });
    if (result !== undefined) wake();
    return result;
  }

  const refuseEnded = (row: JobRow, what: string) => {
    if (ENDED.includes(row.state)) {
      throw new JobConflict(row.state, `this job is ${row.state}: it cannot be ${what} any more`);
    }
  };
  const NO_REASON = { reason_code: null, reason: null } as const;

  return {
    async create({ accountId, audited = {}, kind, note, spec, progress }, act) {
      const id = newId(clock.now());
      const row = await database.transaction(async (runner) => {
        // One at a time, or two could exceed the limit.
        await runner.run(lockAccount, accountId);
        const [count] = await runner.run(countOpenJobs, accountId);
        if ((count?.open ?? 0) >= MOST_OPEN) throw new TooManyJobs();
        const [inserted] = (await runner.run(insertJob, {
          id,
          accountId,
          kind,
          requestedBy: act.by?.tokenId ?? 'hooktrail',
          note: note ?? null,
          spec,
          progress,
        })) as [JobRow];
        await writeAudit(runner, clock, {
          accountId,
          act,
          targetType: 'job',
          targetId: id,
          after: { kind, ...spec, ...audited, ...(note !== undefined && { reason: note }) },
        });
        return inserted;
      });
      wake();
      return row;
    },

    pause: (accountId, id, act) =>
      changed(accountId, id, act, (row) => {
        refuseEnded(row, 'paused');
        if (row.state === 'paused') throw new JobConflict(row.state, 'this job is paused already');
        return { state: 'paused', busy: true, ...NO_REASON };
      }),

    resume: (accountId, id, act) =>
      changed(accountId, id, act, (row) => {
        refuseEnded(row, 'resumed');
        if (!HALTED.includes(row.state)) {
          throw new JobConflict(row.state, `this job is ${row.state}: it is not paused`);
        }
        return { state: 'waiting', busy: true, ...NO_REASON };
      }),

    cancel: (accountId, id, act) =>
      changed(accountId, id, act, (row) => {
        refuseEnded(row, 'cancelled');
        return {
          state: 'cancelled',
          busy: true,
          ended_at: new Date(clock.now()),
          ...NO_REASON,
        };
      }),

    change: (accountId, id, act, changeOf) => {
      let change: ReturnType<typeof changeOf> | undefined;
      return changed(
        accountId,
        id,
        act,
        (row) => {
          refuseEnded(row, 'changed');
          change = changeOf(row);
          return { spec: change.spec };
        },
        () => ({ before: change?.before ?? {}, after: change?.after ?? {} }),
      );
    },
  };
}
