import { ManualClock } from '@hooktrail/harness/zendesk/manual-clock';
import { startZendeskDouble, type ZendeskDouble } from '@hooktrail/harness/zendesk/zendesk-double';
import { pino } from 'pino';
import { createAddressRules } from '../addresses/address-rules.ts';
import { createNameResolver } from '../addresses/create-name-resolver.ts';
import { createDial } from '../addresses/dial.ts';
import type { ArchiveParts } from '../archive/archive-parts.ts';
import { createSourceStore, type SourceStore } from '../archive/create-source-store.ts';
import { MonthMaker } from '../archive/month-maker.ts';
import { SOURCE_LEASE_MS } from '../archive/source-hold.ts';
import { SourcePoller } from '../archive/source-poller.ts';
import type { SourceSettings } from '../archive/source-settings.ts';
import { createFetch } from '../http-client/create-fetch.ts';
import { keepPartitions } from '../keep/partitions.ts';
import { newId } from '../model/ids.ts';
import { createHeaderBox } from '../secrets/header-box.ts';
import { createSecretBox } from '../secrets/secret-box.ts';
import { takeSource } from '../sql/take-source.ts';
import { createTestTrail, type TestTrail } from './test-trail.ts';

/** A database, a double of the remote service, and what polls it, all by one clock that a test moves. */
export interface TestSource {
  readonly clock: ManualClock;
  readonly double: ZendeskDouble;
  readonly trail: TestTrail;
  readonly store: SourceStore;
  readonly parts: ArchiveParts;
  /** The inboxes by their addresses. */
  readonly inboxes: Map<string, string>;
  /** Makes a source of the double. */
  add(settings?: Partial<SourceSettings>): Promise<string>;
  /** Polls whatever is due until a time, as nodes do one after the other; waiting moves the clock. */
  runUntil(atMs: number): Promise<void>;
  /** The same, and dies after so many requests: its lease is not returned. */
  killAfter(requests: number): Promise<void>;
  /** Polls what is due, and stops in order in the middle of the request after so many. */
  stopAfter(requests: number): Promise<void>;
  stop(): Promise<void>;
}

const ACCOUNT = 1;

/** Starts all of it for a test file. */
export async function startTestSource(seed = 1): Promise<TestSource> {
  const trail = await createTestTrail();
  await trail.sql(`insert into account (id, name) values (1, 'main'), (2, 'other')`);
  const clock = new ManualClock();
  const double = await startZendeskDouble({ seed, clock });
  const secrets = createSecretBox(Buffer.alloc(32, 7));
  const log = pino({ level: process.env['HOOKTRAIL_TEST_LOG'] ?? 'silent' });
  const dial = createDial(createAddressRules(['127.0.0.0/8']), createNameResolver({ servers: [] }));
  const months = new MonthMaker((nowMs) =>
    keepPartitions(trail.url, {
      nowMs,
      ahead: 0,
      keepMs: Number.POSITIVE_INFINITY,
      tables: ['archive_event', 'archive_invocation', 'archive_attempt'],
    }),
  );
  const parts: ArchiveParts = {
    clock: { now: () => clock.nowMs() },
    database: trail.database,
    fetchOf: (accountId) => createFetch({ dial, accountId, mostBytes: 1_000_000 }),
    headerBox: createHeaderBox(secrets),
    inboxOf: (_accountId, endpoint) => test.inboxes.get(endpoint),
    keptMs: Number.POSITIVE_INFINITY,
    log,
    makeMonths: (timesMs) => months.make(timesMs),
    secrets,
    wait: async (ms) => clock.advance(Math.ceil(ms)),
  };
  const store = createSourceStore({
    clock: parts.clock,
    database: trail.database,
    secrets,
    wake: () => undefined,
    wakeKeeper: () => undefined,
  });

  const turns = new Map<string, number>();

  async function hold(signal = new AbortController().signal, database = parts.database) {
    const holder = newId(Date.now());
    const [row] = await trail.database.run(takeSource, {
      holder,
      leaseMs: SOURCE_LEASE_MS,
      full: [],
    });
    if (row === undefined) return false;
    const trials = new Map<string, number>();
    await new SourcePoller({ ...parts, database, holder, row, signal, trials, turns }).run();
    return true;
  }

  const test: TestSource = {
    clock,
    double,
    trail,
    store,
    parts,
    inboxes: new Map(),

    async add(settings = {}) {
      const act = { operation: 'createSource', by: undefined } as const;
      return store.create(
        ACCOUNT,
        {
          name: 'acme',
          baseUrl: double.url,
          credentials: double.auth,
          onlyWebhooks: undefined,
          bodies: 'none',
          bodiesEvery: undefined,
          budgetShare: 70,
          keepMonths: undefined,
          masking: { enabled: true, headers: [], fields: [] },
          resend: 'none',
          resendSecrets: undefined,
          ...settings,
        },
        act,
        () => undefined,
      );
    },

    async runUntil(atMs) {
      while (clock.nowMs() < atMs) {
        // The database has another clock: what is due there follows the one of the test.
        const rows = await trail.sql(
          `select extract(epoch from min(due_at)) * 1000 as due from source
          where paused_at is null and deleted_at is null and due_at > '-infinity'`,
        );
        const dueMs = Number(rows[0]?.['due'] ?? 0);
        if (dueMs > atMs) break;
        if (dueMs > clock.nowMs()) clock.advanceTo(Math.ceil(dueMs));
        if (!(await hold())) break;
      }
      if (clock.nowMs() < atMs) clock.advanceTo(atMs);
    },

    async killAfter(requests) {
      const dying = new AbortController();
      let asked = 0;
      double.onRequest = () => {
        asked++;
        if (asked > requests) dying.abort(new Error('killed'));
      };
      // In the middle of a request.
      const refuse = async () => dying.signal.throwIfAborted();
      const { database } = parts;
      await hold(dying.signal, {
        run: (query, params) => refuse().then(() => database.run(query, params)),
        transaction: (work) => refuse().then(() => database.transaction(work)),
        close: () => database.close(),
      }).catch(() => undefined);
      double.onRequest = undefined;
      await trail.sql(`update source set holder = null, leased_until = '-infinity'`);
    },

    async stopAfter(requests) {
      const stopping = new AbortController();
      let asked = 0;
      double.onRequest = () => {
        asked++;
        if (asked > requests) stopping.abort(new Error('stopping'));
      };
      await hold(stopping.signal);
      double.onRequest = undefined;
    },

    async stop() {
      await double.close();
      await trail.drop();
    },
  };
  return test;
}
