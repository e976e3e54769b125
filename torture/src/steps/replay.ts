import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '@hooktrail/harness/create-random';
import type { Books, Replay } from '../books/books.ts';
import type { ShownJob } from '../books/trail-rows.ts';
import type { ReplayedWebhook } from '../stage/make-webhooks.ts';
import type { Stage } from '../stage/stage.ts';
import { callAny } from './call-any.ts';

/** What happens to a job while it works. */
export type Act = 'none' | 'pause' | 'cancel' | 'rate';

interface Parts {
  readonly stage: Stage;
  readonly books: Books;
  readonly random: Random;
  readonly signal: AbortSignal;
  readonly webhook: ReplayedWebhook;
  readonly name: string;
  readonly act: Act;
  /** Sends copies to the webhook for copies. */
  readonly copies: boolean;
  readonly canary: boolean;
}

const LOOK_MS = 300;
const AGAIN_MS = 500;
/** An unclear answer may still become a job: it is looked for this much later. */
const UNCLEAR_MS = 1_000;
/** 150 items take some 5 s; the rest is for leases of nodes that died, one after the other. */
const LONGEST_MS = 4 * 60_000;

/**
 * Creates a job that replays what a webhook lost, does something to it while it works, and waits until it
 * has ended. Resolves without it after four minutes: the checks then find it.
 */
export async function replay(parts: Parts): Promise<void> {
  const { act, books, name, random, signal, stage, webhook } = parts;
  const pause = (ms: number) => sleep(ms, undefined, { signal });
  const { ids } = await patiently(() => stage.trail.ofWebhook(webhook.id), signal);
  const targetId = parts.copies ? stage.audience.copies : undefined;
  const asked: Replay = {
    ...{ name, webhookId: webhook.id, invocationIds: ids, targetId, jobId: undefined },
  };
  books.replays.push(asked);
  asked.jobId = (await create(parts, targetId)).id;

  const path = `/v1/jobs/${asked.jobId}`;
  const post = async (verb: string) => {
    // 409: an answer was lost, or the job ended meanwhile.
    for (;;) {
      const answer = await callAny(stage.nodes, random, 'POST', `${path}/${verb}`);
      if (answer?.status === 200 || answer?.status === 409) return;
      await pause(AGAIN_MS);
    }
  };
  let isDone = act === 'none';
  const actAfter = random.whole(1, 60);
  for (const endMs = Date.now() + LONGEST_MS; Date.now() < endMs; ) {
    await pause(LOOK_MS);
    const answer = await callAny<{ job: ShownJob }>(stage.nodes, random, 'GET', path);
    if (answer?.status !== 200) continue;
    const { counts, state, state_reason: why } = answer.body.job;
    if (state === 'done' || (state === 'cancelled' && counts.in_flight === 0)) return;
    if (state === 'stopped' && !why?.startsWith('canary')) {
      books.troubles.push(`job ${asked.jobId} stopped: ${why}`);
    }
    if (state === 'stopped') await post('resume');
    if (isDone || counts.sent < actAfter) continue;
    isDone = true;
    if (act === 'pause') {
      await post('pause');
      await pause(random.whole(200, 2_000));
      await post('resume');
    } else if (act === 'cancel') {
      await post('cancel');
    } else {
      await callAny(stage.nodes, random, 'PATCH', path, { rate: random.whole(10, 100) });
    }
  }
}

/** Asks until there is a job of this name: the answer to an earlier request may have been lost. */
async function create(
  parts: Parts,
  targetId: string | undefined,
): Promise<{ readonly id: string }> {
  const { books, canary, name, random, signal, stage, webhook } = parts;
  const body = {
    kind: 'replay',
    query: `webhook:${webhook.id}`,
    rate: 40,
    order: random.pick(['oldest', 'newest']),
    reason: name,
    stop_on: { failure_share: 0.9, of_last: 100 },
    ...(canary && { canary: { count: 10, success_share: 0.6 } }),
    ...(targetId !== undefined && { target_webhook_id: targetId }),
  };
  for (;;) {
    const made = await callAny<{ job: ShownJob }>(stage.nodes, random, 'POST', '/v1/jobs', body);
    if (made?.status === 201) return made.body.job;
    if (made !== undefined) {
      books.troubles.push(`${name} was answered with ${made.status}: ${JSON.stringify(made.body)}`);
    }
    await sleep(UNCLEAR_MS, undefined, { signal });
    const list = await callAny<{ jobs: ShownJob[] }>(stage.nodes, random, 'GET', '/v1/jobs');
    const found = list?.status === 200 ? list.body.jobs : [];
    const job = found.find(({ reason }) => reason === name);
    if (job !== undefined) return job;
  }
}

/** Until the database answers. */
async function patiently<Result>(ask: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
  for (;;) {
    try {
      return await ask();
    } catch {
      await sleep(AGAIN_MS, undefined, { signal });
    }
  }
}
