import { defineConfig } from 'vitest/config';
import { isolateSingleWorker } from './tests/isolate-single-worker.ts';
import { sharedWorkers } from './tests/shared-workers.ts';
import { SlowFirst } from './tests/slow-first.ts';

const source = (path: string) => new URL(path, import.meta.url).pathname;

export default defineConfig({
  plugins: [isolateSingleWorker],
  resolve: {
    // Tests import the source of the SDK and of the harness: no result depends on a stale build.
    alias: [
      { find: /^@hooktrail\/sdk$/, replacement: source('./sdk/src/index.ts') },
      { find: /^@hooktrail\/sdk\/(.*)$/, replacement: `${source('./sdk/src/')}$1.ts` },
      { find: /^@hooktrail\/harness\/(.*)$/, replacement: `${source('./harness/src/')}$1.ts` },
    ],
  },
  test: {
    include: [
      '{sdk,harness,server,console,demo,cli,bench,torture}/src/**/*.test.ts',
      'tests/*.test.ts',
    ],
    globalSetup: [
      './server/src/testing/postgres.global-setup.ts',
      './server/src/testing/server-program.global-setup.ts',
    ],
    setupFiles: ['./tests/set-up-file.ts'],
    // A worker takes the next file if the pool lets it.
    pool: sharedWorkers,
    isolate: false,
    // Vitest leaves one core free: on two cores it runs one file at a time, which takes 13 minutes.
    // Many files mostly wait for leases, time limits or processes, so three run at a time.
    maxWorkers: 3,
    sequence: { sequencer: SlowFirst },
    // A test that hangs ends some time; a busy machine must not end one that works.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
  },
});
