import { beforeEach } from 'vitest';
import { newId } from '../server/src/model/ids.ts';
import { startedTests } from '../server/src/testing/started-tests.ts';

/* Vitest runs this before each test file. Files share processes (shared-workers.ts), and each begins anew. */

startedTests.length = 0;
beforeEach(({ task }) => {
  startedTests.push(task);
});

// Ids count up from the latest one, which a file whose clock is ahead has made. This one makes them restart.
newId(1);
