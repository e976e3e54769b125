import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Dial } from '../addresses/dialled.ts';
import type { Database } from '../database/database.ts';
import type { Resends } from '../deliver/create-resends.ts';
import type { Directory } from '../directory/directory.ts';
import { createFetch } from '../http-client/create-fetch.ts';
import type { Resender } from '../jobs/resend/resender.ts';
import { keepPartitions } from '../keep/partitions.ts';
import type { Clock } from '../model/clock.ts';
import { createHeaderBox } from '../secrets/header-box.ts';
import type { SecretBox } from '../secrets/secret-box.ts';
import { ArchiveKeeper } from './archive-keeper.ts';
import { type Access, checkAccess } from './check-access.ts';
import { createSourceStore, type SourceStore } from './create-source-store.ts';
import { MonthMaker } from './month-maker.ts';
import { inboxOfEndpoint } from './reconcile/inbox-of-endpoint.ts';
import { Reconciler } from './reconciler.ts';
import { createResender } from './resend/create-resender.ts';
import { type OneResend, type OneResent, resendOne } from './resend/resend-one.ts';
import { SourceRunner } from './source-runner.ts';
import type { SourceSettings } from './source-settings.ts';

interface Parts {
  readonly clock: Clock;
  /** For the archive alone: a page of a source never waits for a delivery, nor one for it. */
  readonly database: Database;
  readonly databaseUrl: string;
  readonly dial: Dial;
  readonly directory: Pick<Directory, 'account' | 'inboxByHash'>;
  /** How long archived rows are kept at most; undefined: for ever. */
  readonly keepMs: number | undefined;
  readonly log: Logger;
  readonly resends: Resends;
  readonly secrets: SecretBox;
}

/** The archive of remote accounts. */
export interface Archive {
  readonly store: SourceStore;
  /** Sends what is archived again, for jobs. */
  readonly resender: Resender;
  /** Sends one archived invocation again. */
  resend(one: OneResend): Promise<OneResent>;
  /** What the credentials of a source may do. @throws RemoteFailure */
  check(accountId: number, settings: SourceSettings): Promise<Access>;
  start(): void;
  stop(): Promise<void>;
}

/** A page of 20 attempts with payloads of 256 KB, their answers, and JSON around both. */
const MOST_BYTES = 32 * 1024 * 1024;

/** Wires the parts of the archive. */
export function createArchive(parts: Parts): Archive {
  const { clock, database, databaseUrl, dial, directory, keepMs, log, secrets } = parts;
  const stopping = new AbortController();
  const months = new MonthMaker((nowMs) =>
    keepPartitions(databaseUrl, {
      nowMs,
      ahead: 0,
      keepMs: Number.POSITIVE_INFINITY,
      // A page waits for it, and no lease is renewed meanwhile.
      createOnly: true,
      tables: ['archive_event', 'archive_invocation', 'archive_attempt'],
      signal: stopping.signal,
    }),
  );
  const fetchOf = (accountId: number) => createFetch({ dial, accountId, mostBytes: MOST_BYTES });
  const shared = {
    clock,
    database,
    fetchOf,
    headerBox: createHeaderBox(secrets),
    inboxOf: (accountId: number, endpoint: string) =>
      inboxOfEndpoint({ clock, directory }, accountId, endpoint),
    keptMs: keepMs ?? Number.POSITIVE_INFINITY,
    log,
    makeMonths: (timesMs: readonly number[]) => months.make(timesMs),
    secrets,
    wait: (ms: number, signal: AbortSignal) =>
      sleep(ms, undefined, { signal }).catch(() => undefined),
  };
  const runner = new SourceRunner(shared);
  const keeper = new ArchiveKeeper(shared);
  const resender = createResender({
    ...shared,
    directory,
    resends: parts.resends,
  });
  const reconciler = new Reconciler(shared);
  return {
    store: createSourceStore({
      clock,
      database,
      secrets,
      wake: () => runner.wake(),
      wakeKeeper: () => keeper.wake(),
    }),
    resender,
    resend: (one) => resendOne({ clock, database, resender }, one),
    check: (accountId, settings) =>
      checkAccess({ clock, fetch: fetchOf(accountId), signal: stopping.signal }, settings),
    start() {
      runner.start();
      keeper.start();
      reconciler.start();
    },
    async stop() {
      stopping.abort();
      await runner.stop();
      await keeper.stop();
      await resender.stop();
      await reconciler.stop();
    },
  };
}
