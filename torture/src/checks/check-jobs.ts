import type { Books, Replay, SeenRequest } from '../books/books.ts';
import type { JobAtTheEnd } from '../books/trail-rows.ts';
import { describeRequest } from './describe-request.ts';
import type { Check, Evidence } from './evidence.ts';
import { fateOf } from './fate.ts';

/**
 * A job sends what it selected, each once, or says why not; and it ends. What was in flight at a fault
 * may be sent once more.
 */
export const checkJobs: Check = (evidence) => {
  const { books, jobs } = evidence;
  const requests = new Map<string, SeenRequest[]>();
  for (const request of books.requests) {
    if (request.jobId === undefined) continue;
    const others = requests.get(request.jobId);
    if (others === undefined) requests.set(request.jobId, [request]);
    else others.push(request);
  }
  const broken: string[] = [];
  const found = new Set<string>();
  for (const job of jobs) {
    found.add(job.id);
    const seen = requests.get(job.id) ?? [];
    const faults = [...checkJob(job, seen, evidence), ...checkOnce(seen, books)];
    broken.push(...faults.map((fault) => `job ${job.id} (${job.reason}) ${fault}`));
  }
  for (const id of requests.keys()) {
    if (!found.has(id)) broken.push(`job ${id} sent requests and does not exist`);
  }
  for (const { jobId, name } of books.replays) {
    if (jobId === undefined || !found.has(jobId)) broken.push(`the job of ${name} does not exist`);
  }
  return broken;
};

function* checkJob(
  { counts, id, skips, state, state_reason: why }: JobAtTheEnd,
  seen: readonly SeenRequest[],
  evidence: Evidence,
): Generator<string> {
  const { books } = evidence;
  const { failed, in_flight: inFlight, selected, sent, skipped, succeeded } = counts;
  if (state !== 'done' && state !== 'cancelled') {
    yield `hangs as ${state}${why === undefined ? '' : `: ${why}`}`;
    return;
  }
  const sentIds = new Set(seen.map(({ invocationId }) => invocationId));
  if (sentIds.size !== sent) yield `says ${sent} sent, and ${sentIds.size} were received`;
  if (inFlight !== 0 || succeeded + failed !== sent) {
    yield `says ${succeeded} succeeded, ${failed} failed and ${inFlight} in flight of ${sent}`;
  }
  if (state === 'done' && sent + skipped !== selected) {
    yield `is done with ${sent} sent and ${skipped} skipped of ${selected}`;
  }
  const skippedIds = new Set(skips.map((skip) => skip.id));
  if (skippedIds.size !== skipped || skips.some(({ reason }) => reason === '')) {
    yield `says ${skipped} skipped, and gives ${skippedIds.size} reasons`;
  }
  const succeededIds = new Set(
    seen.filter(({ answered }) => answered === 200).map(({ invocationId }) => invocationId),
  );
  const disturbedIds = new Set(
    seen
      .filter((request) => fateOf(request, books.faults).disturbedBy !== undefined)
      .map(({ invocationId }) => invocationId),
  );
  // An answer that a fault kept from its node may be on the record as a failure.
  if (Math.abs(succeededIds.size - succeeded) > disturbedIds.size) {
    yield `says ${succeeded} succeeded, and ${succeededIds.size} were answered with 200`;
  }
  const asked = books.replays.find(({ jobId }) => jobId === id);
  if (asked !== undefined)
    yield* checkSelection(asked, { counts, sentIds, skippedIds, state }, evidence);
}

/** What was selected is everything that its webhook had, without what was delivered. */
function* checkSelection(
  { invocationIds, targetId }: Replay,
  job: Pick<JobAtTheEnd, 'counts' | 'state'> & {
    readonly sentIds: ReadonlySet<string>;
    readonly skippedIds: ReadonlySet<string>;
  },
  { books, copies, trail }: Evidence,
): Generator<string> {
  const { already_delivered: delivered, selected } = job.counts;
  if (job.state === 'done' && selected + delivered !== invocationIds.length) {
    yield `selected ${selected} beside ${delivered} delivered ones of ${invocationIds.length}`;
  }
  if (targetId !== undefined) {
    const events = new Set<string>();
    for (const { eventId, id, webhookId } of trail.invocations) {
      if (webhookId === copies && job.sentIds.has(id)) events.add(eventId);
    }
    if (events.size !== job.sentIds.size) {
      yield `sent ${job.sentIds.size} copies of ${events.size} events`;
    }
    return;
  }
  const known = new Set(invocationIds);
  const strange = [...job.sentIds, ...job.skippedIds].filter((id) => !known.has(id));
  if (strange.length > 0) yield `has ${strange.length} that it cannot have selected: ${strange[0]}`;
  if (job.state !== 'done') return;
  const received = new Set(
    books.requests.filter(({ answered }) => answered === 200).map((one) => one.invocationId),
  );
  const missing = invocationIds.filter(
    (id) => !job.sentIds.has(id) && !job.skippedIds.has(id) && !received.has(id),
  );
  if (missing.length > 0) yield `left out ${missing.length}, such as ${missing[0]}`;
}

function* checkOnce(seen: readonly SeenRequest[], books: Books): Generator<string> {
  const last = new Map<string, SeenRequest>();
  for (const request of seen.toSorted((a, b) => a.arrivedMs - b.arrivedMs || a.serial - b.serial)) {
    const before = last.get(request.invocationId);
    last.set(request.invocationId, request);
    if (before === undefined || fateOf(before, books.faults).disturbedBy !== undefined) continue;
    yield `sent ${request.invocationId} again by ${describeRequest(request, books)} after ${describeRequest(before, books)}`;
  }
}
