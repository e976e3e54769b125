import type { RunnerTask } from 'vitest';

/** The tests of the current file that were started; tests/set-up-file.ts keeps it. */
export const startedTests: RunnerTask[] = [];
