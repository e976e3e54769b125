import type { WebhookInvocationAttempt } from '@hooktrail/sdk';
import { laneOf } from '../model/lanes.ts';
import { readRemoteId } from '../sql/read-remote-id.ts';
import { updateArchiveWebhook } from '../sql/update-archive-webhook.ts';
import { forgetWanted, readNextWanted } from '../sql/want-archived-bodies.ts';
import { wantsBody } from './poll/wants-body.ts';
import { prepareBodies } from './prepare-bodies.ts';
import { RemoteFailure } from './remote/remote-failure.ts';
import type { SourceHold } from './source-hold.ts';
import { stateParams, type WebhookState, withoutWanted } from './webhook-state.ts';

/** The bodies of one invocation that cannot be read are given up, so that others are fetched. */
const MOST_TRIALS = 20;

/** More of its trials are remembered by nobody. */
const MOST_REMEMBERED = 10_000;

/** An invocation may have more attempts than a page has; those of the first pages are archived. */
const MOST_ATTEMPT_PAGES = 5;

/** Fetches the bodies of one invocation of a webhook. @throws RemoteFailure */
export async function archiveBodies(hold: SourceHold, webhook: WebhookState): Promise<void> {
  const { clock, database, row } = hold.parts;
  const one = { lane: laneOf(webhook.id), webhookId: webhook.id };
  const tried = { ...webhook, bodyMs: clock.now() };
  hold.webhooks.set(webhook.id, tried);
  const failed = webhook.wantedFailures > 0;
  const [wanted] = await database.run(readNextWanted, { ...one, failed });
  if (wanted === undefined) {
    // The number was of another kind: none of this is left.
    await hold.moved({
      ...tried,
      wantedFailures: 0,
      wanted: Math.max(0, tried.wanted - tried.wantedFailures),
    });
    return;
  }
  const { invocation_id: id } = wanted;
  const left = withoutWanted(tried, [{ failed }]);
  const status = failed ? 'failed' : 'success';
  if (
    !wantsBody({ id, status, attemptsCount: 1 }, { bodies: row.bodies, every: row.bodies_every })
  ) {
    // The policy was another one when it was listed.
    await hold.write(async (runner) => {
      await runner.run(forgetWanted, { ...one, invocationIds: [id] });
      await runner.run(updateArchiveWebhook, stateParams(left));
    });
    hold.webhooks.set(left.id, left);
    return;
  }
  const [names] = await database.run(readRemoteId, { ...one, id });
  const attempts = await attemptsOf(hold, webhook, id, names?.remote_id ?? id);
  const eventId = names?.event_id ?? null;
  const invocation = {
    accountId: row.account_id,
    sourceId: row.id,
    webhookId: webhook.id,
    id,
    eventId,
  };
  const prepared =
    attempts === undefined
      ? undefined
      : await prepareBodies(hold.parts, invocation, attempts, hold.masker);
  hold.parts.trials.delete(id);
  await hold.moved(
    {
      ...left,
      // It is fetched again after each further outcome.
      bodiesCount: left.bodiesCount + (prepared?.isThere === true && eventId === null ? 1 : 0),
      lostCount: left.lostCount + (prepared === undefined ? 1 : 0),
    },
    async (runner) => {
      await prepared?.write(runner);
      await runner.run(forgetWanted, { ...one, invocationIds: [id] });
    },
  );
}

/** The attempts of an invocation; undefined where they cannot be had. */
async function attemptsOf(hold: SourceHold, webhook: WebhookState, id: string, remoteId: string) {
  const { trials } = hold.parts;
  const attempts: WebhookInvocationAttempt[] = [];
  let after: string | undefined;
  try {
    for (let pages = 0; pages < MOST_ATTEMPT_PAGES; pages++) {
      const page = await hold.ask((remote) => remote.attempts(webhook.remoteId, remoteId, after));
      attempts.push(...page.items);
      after = page.after;
      if (after === undefined) break;
    }
    return attempts;
  } catch (error) {
    if (!(error instanceof RemoteFailure) || error.code === 'throttled') throw error;
    if (error.code === 'not found') return undefined;
    if (trials.size >= MOST_REMEMBERED) trials.clear();
    const count = (trials.get(id) ?? 0) + 1;
    trials.set(id, count);
    if (error.isRefused || count >= MOST_TRIALS) return undefined;
    throw error;
  }
}
