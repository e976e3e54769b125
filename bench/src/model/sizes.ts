/** The trail of a server before today. */
export interface Age {
  readonly days: number;
  /** Delivered invocations of each of them. */
  readonly invocationsADay: number;
}

/** How large a run is: in full, or just enough to see that everything runs. */
export interface Sizes {
  /** Measured rounds of a repeated scenario. */
  readonly rounds: number;
  /**
   * Whether an unmeasured round of a quarter of the size comes first, to warm up compilers and
   * caches.
   */
  readonly warmUp: boolean;
  /** Used segments of PostgreSQL's write-ahead log, as on a server that has run for a while. */
  readonly logSegments: number;
  /** Days before today that the servers have on the record: those that they keep by default. */
  readonly oldDays: number;
  /** Delivered invocations of each of them. Without any, the servers begin with an empty database. */
  readonly oldInvocations: number;
  /**
   * Whether what is compared has servers of its own. Otherwise the stage's second one serves for all, which
   * shows that it runs.
   */
  readonly ownServers: boolean;
  /** The duration of a load that has no number of events. */
  readonly seconds: number;
  /** Bytes of a posted event: the mean of the demo's events, which resemble Zendesk's. */
  readonly eventBytes: number;
  readonly connections: number;
  readonly batchEvents: number;
  readonly batchConnections: number;
  readonly webhooks: number;
  readonly drainInvocations: number;
  readonly endToEndEvents: number;
  /** Half of the goal of the end-to-end scenario. */
  readonly halfPerSecond: number;
  readonly latencyPerSecond: number;
  readonly latencySeconds: number;
  readonly fanOutWebhooks: number;
  readonly fanOutEvents: number;
  readonly backlogEvents: number;
  readonly backlogWatchSeconds: number;
  readonly idleSettleSeconds: number;
  readonly idleSeconds: number;
  readonly directoryWebhooks: number;
  /** Invocations of the two histories whose lists are read. */
  readonly largeHistory: number;
  readonly smallHistory: number;
  /** Events that are found by keys. */
  readonly keyedEvents: number;
  /** Requests of one run of searches. */
  readonly searches: number;
  /** Requests of one reading run. */
  readonly listPages: number;
  /** Starts of the command, one after the other. */
  readonly commandStarts: number;
  /** Invocations of the accounts whose lists over all webhooks are read, and the webhooks of each. */
  readonly queryInvocations: number;
  readonly queryWebhooks: readonly number[];
  /** Requests of one query. */
  readonly queryPages: number;
  readonly neighbourDue: number;
  readonly neighbours: number;
  readonly neighbourPerSecond: number;
  readonly neighbourSeconds: number;
  readonly feedReaders: readonly number[];
  readonly feedPerSecond: number;
  readonly feedSeconds: number;
  readonly onlookersFeeds: number;
  readonly onlookersPerSecond: number;
  /** Webhooks of the account that does its worst. */
  readonly worstWebhooks: number;
  /** How often the console is opened. */
  readonly consoleVisits: number;
  /** How long a new tab stays empty before the console is opened in it. */
  readonly consoleRestMs: number;
  /** Rows that are loaded and scrolled in the console, at most. */
  readonly consoleRows: number;
  readonly consoleFrames: number;
  /** Open consoles on one view. */
  readonly consoleTabs: readonly number[];
  /** How many of the screens are left open, one after the other. */
  readonly consoleScreens: number;
  /** Of which so many seconds are recorded. */
  readonly consoleRecorded: number;
  /** How long the tabs are open. */
  readonly consoleSeconds: number;
  /** What a job replays, at this rate, beside so many events a second of others. */
  readonly replayItems: number;
  readonly replayRate: number;
  readonly replayNeighboursPerSecond: number;
  readonly retentionInvocations: number;
  readonly retentionEvents: number;
  /** Rows of the remote account that is archived, and how long it is. */
  readonly archiveRows: number;
  readonly archiveSeconds: number;
  readonly nodes: readonly number[];
  /** Processes behind one port. */
  readonly processes: readonly number[];
  /** How old the servers are whose costs are compared. */
  readonly ages: readonly Age[];
  readonly agePerSecond: number;
  readonly ageSeconds: number;
  /** How long a transaction stays open, and for how long before and after it is measured. */
  readonly snapshotMinutes: number;
  readonly snapshotBesideMinutes: number;
  /** Rows that the hot statements write. */
  readonly statementRows: number;
}

export const FULL: Sizes = {
  rounds: 5,
  warmUp: true,
  logSegments: 128,
  oldDays: 10,
  oldInvocations: 20_000,
  ownServers: true,
  seconds: 5,
  eventBytes: 700,
  connections: 64,
  batchEvents: 1_000,
  batchConnections: 4,
  webhooks: 16,
  drainInvocations: 200_000,
  endToEndEvents: 100_000,
  halfPerSecond: 5_000,
  latencyPerSecond: 1_000,
  latencySeconds: 20,
  fanOutWebhooks: 100,
  fanOutEvents: 2_000,
  backlogEvents: 200_000,
  backlogWatchSeconds: 60,
  idleSettleSeconds: 15,
  idleSeconds: 60,
  directoryWebhooks: 100_000,
  largeHistory: 1_000_000,
  smallHistory: 10_000,
  keyedEvents: 1_000_000,
  searches: 100,
  listPages: 1_000,
  commandStarts: 40,
  queryInvocations: 1_000_000,
  queryWebhooks: [40, 1_000],
  queryPages: 200,
  neighbourDue: 1_000_000,
  neighbours: 1_000,
  neighbourPerSecond: 500,
  neighbourSeconds: 20,
  feedReaders: [1, 50, 1_000],
  feedPerSecond: 500,
  feedSeconds: 20,
  onlookersFeeds: 50,
  onlookersPerSecond: 1_000,
  worstWebhooks: 5_000,
  consoleVisits: 20,
  consoleRestMs: 2_000,
  consoleRows: 100_000,
  consoleFrames: 1_200,
  consoleTabs: [1, 10, 50],
  consoleScreens: 7,
  consoleRecorded: 120,
  consoleSeconds: 60,
  replayItems: 100_000,
  replayRate: 500,
  replayNeighboursPerSecond: 500,
  retentionInvocations: 1_000_000,
  retentionEvents: 100_000,
  archiveRows: 20_000,
  archiveSeconds: 30,
  nodes: [1, 2, 4],
  processes: [1, 2],
  ages: [
    { days: 1, invocationsADay: 1_000_000 },
    { days: 7, invocationsADay: 1_000_000 },
    { days: 30, invocationsADay: 100_000 },
    { days: 90, invocationsADay: 100_000 },
  ],
  agePerSecond: 1_000,
  ageSeconds: 10,
  snapshotMinutes: 30,
  snapshotBesideMinutes: 3,
  statementRows: 40_000,
};

export const SMOKE: Sizes = {
  rounds: 1,
  warmUp: false,
  logSegments: 1,
  oldDays: 10,
  oldInvocations: 20,
  ownServers: false,
  seconds: 0.2,
  eventBytes: 700,
  connections: 4,
  batchEvents: 20,
  batchConnections: 2,
  webhooks: 2,
  drainInvocations: 200,
  endToEndEvents: 100,
  halfPerSecond: 200,
  latencyPerSecond: 100,
  latencySeconds: 0.3,
  fanOutWebhooks: 5,
  fanOutEvents: 20,
  backlogEvents: 100,
  backlogWatchSeconds: 1,
  idleSettleSeconds: 0,
  idleSeconds: 1,
  directoryWebhooks: 200,
  largeHistory: 8_000,
  smallHistory: 2_000,
  keyedEvents: 2_000,
  searches: 3,
  listPages: 20,
  commandStarts: 1,
  queryInvocations: 4_000,
  queryWebhooks: [3, 20],
  queryPages: 5,
  neighbourDue: 1_000,
  neighbours: 5,
  neighbourPerSecond: 100,
  neighbourSeconds: 0.5,
  feedReaders: [1, 3],
  feedPerSecond: 100,
  feedSeconds: 0.5,
  onlookersFeeds: 2,
  onlookersPerSecond: 100,
  worstWebhooks: 20,
  consoleVisits: 1,
  consoleRestMs: 0,
  consoleRows: 300,
  consoleFrames: 30,
  consoleTabs: [1, 3],
  consoleScreens: 2,
  consoleRecorded: 5,
  consoleSeconds: 0.5,
  replayItems: 200,
  replayRate: 500,
  replayNeighboursPerSecond: 100,
  retentionInvocations: 1_000,
  retentionEvents: 100,
  archiveRows: 500,
  archiveSeconds: 2,
  nodes: [1, 2],
  processes: [1],
  ages: [{ days: 2, invocationsADay: 100 }],
  agePerSecond: 100,
  ageSeconds: 0.3,
  snapshotMinutes: 0.01,
  snapshotBesideMinutes: 0.005,
  statementRows: 500,
};
