import { defineConfig } from 'vitest/config';

const source = (path: string) => new URL(path, import.meta.url).pathname;

export default defineConfig({
  resolve: {
    // Tests read the SDK's source, so a test never passes or fails on a stale build.
    alias: [
      { find: /^@hooktrail\/sdk$/, replacement: source('./sdk/src/index.ts') },
      { find: /^@hooktrail\/sdk\/(.*)$/, replacement: `${source('./sdk/src/')}$1.ts` },
    ],
  },
  test: {
    include: ['{sdk,server,demo,bench}/src/**/*.test.ts'],
    globalSetup: ['./server/src/testing/postgres.global-setup.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
