import type { Plugin } from 'vitest/config';

/**
 * With one worker (`--no-file-parallelism`, as for a debugger) Vitest hands all files to one process at once,
 * and the pool is not asked whether a file needs its own. Then each file gets one.
 */
export const isolateSingleWorker: Plugin = {
  name: 'isolate-single-worker',
  configureVitest({ project }) {
    if (project.config.maxWorkers === 1) project.config.isolate = true;
  },
};
