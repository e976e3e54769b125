import { defineConfig } from 'vitest/config';

const source = (path: string) => new URL(path, import.meta.url).pathname;

export default defineConfig({
  resolve: {
    // Tests read the source of the SDK and of the harness, so a test never passes or fails on a stale
    // build.
    alias: [
      { find: /^@hooktrail\/sdk$/, replacement: source('./sdk/src/index.ts') },
      { find: /^@hooktrail\/sdk\/(.*)$/, replacement: `${source('./sdk/src/')}$1.ts` },
      { find: /^@hooktrail\/harness\/(.*)$/, replacement: `${source('./harness/src/')}$1.ts` },
    ],
  },
  test: {
    include: ['{sdk,harness,server,demo,bench,torture}/src/**/*.test.ts'],
    globalSetup: ['./server/src/testing/postgres.global-setup.ts'],
    // Vitest would leave a core free and run one file at a time on two; many files mostly wait: for
    // leases, for time limits, for processes. One at a time they take 13 minutes.
    maxWorkers: 3,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
