import type { Directory } from '../../directory/directory.ts';
import type { JobItemRow } from '../../sql/read-job-items.ts';
import { type SettledItem, settleJobItems } from '../../sql/settle-job-items.ts';
import type { HeldJob } from '../held/held-job.ts';
import { pageProgress } from '../replay/page-progress.ts';
import type { ReplaySpec } from '../replay/replay-spec.ts';
import type { SendingWay } from '../replay/sending-way.ts';
import { settleItems } from '../replay/settle-items.ts';
import { settledAs } from '../replay/settled-as.ts';
import { webhookReceiver } from '../replay/webhook-receiver.ts';
import { readResent } from './read-resent.ts';
import { refuseRows } from './refuse-rows.ts';
import type { Resender } from './resender.ts';

interface Parts {
  readonly directory: Directory;
  /** Why a webhook would wait now; undefined: it would not. */
  readonly heldBy: (webhookId: string) => string | undefined;
  readonly resender: Resender;
}

/**
 * An endpoint that nothing else protects: an archived webhook has no breaker and no rate limit. With an answer
 * in 100 ms it gets 40 requests a second.
 */
const MOST_OF_RECEIVER = 4;

/** Each of them may have a body of 1 MiB in memory. */
const MOST_OF_JOB = 32;

/**
 * Makes the way of resends: the job sends its items itself, because what is archived is due work of nobody
 * (docs/decisions/resends.md).
 */
export function createResendWay(parts: Parts): SendingWay {
  const { directory, resender } = parts;

  async function send(
    job: HeldJob,
    webhookId: string,
    items: readonly JobItemRow[],
  ): Promise<number> {
    const spec = job.row.spec as ReplaySpec;
    const targetId = spec.target_webhook_id;
    const order = {
      accountId: job.accountId,
      webhookId,
      ids: items.map(({ invocation_id: id }) => id),
      target: targetId === null ? undefined : directory.webhook(targetId),
      resendId: job.id,
      jobId: job.id,
      requestedBy: job.requestedBy,
      again: spec.include_succeeded,
      sinceMs: spec.before_ms,
      byHand: false,
    };
    // It was deleted after its receiver was asked: the next turn skips.
    if (targetId !== null && order.target === undefined) return 0;
    const { sent } = await resender.send(order, (reasons, begin) =>
      job.moveBy(async (runner) => {
        const begun = await begin(runner);
        const numbers = new Map(begun.map(({ id, number }) => [id, number]));
        const settled: SettledItem[] = [];
        for (const item of items) {
          const { invocation_id: id } = item;
          const [reason, number] = [reasons.get(id), numbers.get(id)];
          if (reason !== undefined) settled.push(settledAs(item, 'skipped', reason));
          else if (number !== undefined) {
            // Its outcome is found by this number.
            settled.push({ ...settledAs(item, 'sent', null), attemptsCount: number });
          }
        }
        if (settled.length > 0) {
          await runner.run(settleJobItems, { jobId: job.id, items: settled });
        }
        return { progress: pageProgress(job, settled, numbers.size) };
      }),
    );
    return sent.length;
  }

  return {
    name: 'resend',
    // There are few in flight, and the next ones wait for their outcomes.
    settleTurns: 1,
    mostInFlight: () => ({ ofReceiver: MOST_OF_RECEIVER, ofJob: MOST_OF_JOB }),
    refusals: (accountId, spec, selection, rows) =>
      refuseRows(
        resender,
        { accountId, isTargeted: spec.target_webhook_id !== null },
        selection,
        rows,
      ),
    receiverOf(job, webhookId) {
      const { target_webhook_id: targetId } = job.row.spec as ReplaySpec;
      if (targetId !== null) return webhookReceiver(parts, job, webhookId);
      const isSuspended = directory.account(job.accountId)?.suspendedAt !== undefined;
      return { receiverId: webhookId, held: isSuspended ? 'suspended' : undefined };
    },
    send,
    settle: (job) => settleItems(job, (items) => readResent(job, items)),
    // A request in flight cannot be taken back, and nothing is due.
    withdraw: async () => {},
  };
}
