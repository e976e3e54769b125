/** The folders of a workspace's sources and what else it may import. */
export interface Workspace {
  /** Its folder below the root, which has `package.json` and `src`. */
  readonly name: string;
  /** The workspaces whose public modules its sources may import. */
  readonly uses: readonly string[];
  /** The workspaces that only its tests may import as well. */
  readonly testsUse: readonly string[];
  /**
   * The folders below `src` from bottom to top; the empty name is `src` itself. A file imports from its
   * own folder and from folders before it.
   */
  readonly floors: readonly string[];
  /** Support for tests: it may import everything of its workspace, and only tests import it. */
  readonly testSupport: readonly string[];
}

/** The layout that docs/architecture.md describes. A new folder gets its place here. */
export const HOUSE: readonly Workspace[] = [
  {
    name: 'sdk',
    uses: [],
    testsUse: ['server'],
    floors: [
      'models',
      'options',
      'results',
      'errors',
      'query',
      'codec',
      'shapes',
      'signing',
      'internal',
      'resources',
      '',
    ],
    testSupport: ['testing'],
  },
  {
    name: 'server',
    uses: ['sdk'],
    testsUse: ['harness'],
    floors: [
      'model',
      'shares',
      'config',
      'log',
      'secrets',
      'words',
      'database/embedded',
      'database',
      'database/citus',
      'sql/parts',
      'sql',
      'deltas',
      'directory/audit',
      'directory',
      'addresses',
      'http-client',
      'accept',
      'query',
      'rollups',
      'gates',
      'deliver/request',
      'deliver/outcome',
      'deliver/courier',
      'deliver/claim',
      'deliver',
      'keep/keys',
      'keep',
      'trail',
      'search/text',
      'search/keys',
      'feed',
      'jobs/held',
      'jobs/replay',
      'jobs',
      'api/connections',
      'api/services',
      'api/errors',
      'api/schema',
      'api/input',
      'api/callers',
      'api/lists',
      // Resources: none imports another (see `APART`).
      'api/accounts',
      'api/audit',
      'api/delivery',
      'api/events',
      'api/health',
      'api/invocations',
      'api/counts',
      'api/sessions',
      'api/console',
      'api/tokens',
      'api/views',
      'api/trials',
      'api/webhooks',
      // Shows events and invocations as their lists do.
      'api/search',
      // It shows invocations as their list does.
      'api/feed',
      // Reads its query as their list does.
      'api/jobs',
      'api',
      '',
    ],
    testSupport: ['testing', 'testing/differential', 'testing/fuzz', 'faults'],
  },
  {
    name: 'console',
    uses: ['sdk'],
    testsUse: ['harness'],
    floors: ['model', 'data', 'parts', 'screens', ''],
    testSupport: ['testing'],
  },
  {
    name: 'harness',
    uses: [],
    testsUse: [],
    floors: [''],
    testSupport: [],
  },
  {
    name: 'demo',
    uses: ['sdk', 'server', 'harness'],
    testsUse: [],
    floors: [''],
    testSupport: [],
  },
  {
    name: 'bench',
    uses: ['sdk', 'server', 'harness'],
    testsUse: [],
    floors: ['measure', 'wire', 'helpers', 'stage', 'model', 'report', 'scenarios', ''],
    testSupport: [],
  },
  {
    name: 'torture',
    uses: ['sdk', 'server', 'harness'],
    testsUse: [],
    floors: ['books', 'stage', 'faults', 'checks', 'report', 'sabotage', 'steps', ''],
    testSupport: [],
  },
];

/** Folders that stand side by side: what two of them need lies in a lower one. */
export const APART: readonly string[] = [
  'server/src/api/accounts',
  'server/src/api/audit',
  'server/src/api/delivery',
  'server/src/api/events',
  'server/src/api/health',
  'server/src/api/invocations',
  'server/src/api/sessions',
  'server/src/api/console',
  'server/src/api/tokens',
  'server/src/api/views',
  'server/src/api/trials',
  'server/src/api/webhooks',
];
