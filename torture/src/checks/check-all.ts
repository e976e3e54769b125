import { checkAccepted } from './check-accepted.ts';
import { checkBacklog } from './check-backlog.ts';
import { checkCounts } from './check-counts.ts';
import { checkFinals } from './check-finals.ts';
import { checkJobs } from './check-jobs.ts';
import { checkLists } from './check-lists.ts';
import { checkNumbers } from './check-numbers.ts';
import { checkPublications } from './check-publications.ts';
import { checkRemotes } from './check-remotes.ts';
import { checkRepeats } from './check-repeats.ts';
import { checkRequests } from './check-requests.ts';
import type { Check, Evidence } from './evidence.ts';

/** One promise, and the cases in which it was broken. */
export interface Verdict {
  readonly promise: string;
  readonly broken: readonly string[];
}

const CHECKS: readonly (readonly [promise: string, check: Check])[] = [
  ['what was accepted is received, or exhausted', checkAccepted],
  ['what is final was received, or exhausted; nothing stays due or leased', checkFinals],
  ['what waits while its nodes die is received, never given up', checkBacklog],
  ['every request has its attempt or an unknown', checkRequests],
  ['attempt numbers have no gaps', checkNumbers],
  ['nothing is sent again but what was in flight at a fault', checkRepeats],
  ['an event is stored once, with the invocations that its 2xx named', checkPublications],
  ['lists page to exactly the rows of the books', checkLists],
  ['rollups equal the trail', checkCounts],
  ['a job sends what it selected, each once, or says why not, and ends', checkJobs],
  ['what remote accounts list is archived, each row once', checkRemotes],
  ['nodes end only on request, and answer 2xx or 503', ({ books }) => books.troubles],
];

export function checkAll(evidence: Evidence): Verdict[] {
  return CHECKS.map(([promise, check]) => ({ promise, broken: check(evidence) }));
}
