import type { Database } from '../../database/database.ts';
import { writeAudit } from '../../directory/audit/write-audit.ts';
import type { SkipReason } from '../../jobs/replay/skip-reason.ts';
import type { Resender } from '../../jobs/resend/resender.ts';
import type { Act } from '../../model/act.ts';
import type { Clock } from '../../model/clock.ts';
import { newId } from '../../model/ids.ts';
import type { Webhook } from '../../model/webhook.ts';

interface Parts {
  readonly clock: Clock;
  readonly database: Database;
  readonly resender: Resender;
}

/** One archived invocation that a person sends again. */
export interface OneResend {
  readonly accountId: number;
  /** The archived webhook. */
  readonly webhookId: string;
  readonly invocationId: string;
  /** The webhook of ours that gets it; undefined: its own endpoint. */
  readonly target: Webhook | undefined;
  readonly act: Act;
}

/** What came of it. */
export type OneResent =
  | { readonly refused: SkipReason }
  /** There was no room, or no permit of the rate limit of the target. */
  | { readonly refused: 'no room' }
  | {
      readonly refused: undefined;
      readonly number: number;
      readonly leftOut: readonly string[];
      readonly finished: Promise<void>;
    };

/** Sends one archived invocation again, also one that was delivered, with a row of the audit. */
export async function resendOne(
  { clock, database, resender }: Parts,
  { accountId, act, invocationId, target, webhookId }: OneResend,
): Promise<OneResent> {
  const resendId = newId(clock.now());
  const order = {
    accountId,
    webhookId,
    ids: [invocationId],
    target,
    resendId,
    jobId: undefined,
    requestedBy: act.by?.tokenId ?? 'hooktrail',
    again: true,
    sinceMs: undefined,
    byHand: true,
  };
  let refused: SkipReason | undefined;
  const { finished, leftOut, sent, waiting } = await resender.send(order, (reasons, begin) =>
    database.transaction(async (runner) => {
      refused = reasons.get(invocationId);
      const begun = await begin(runner);
      if (begun.length === 0) return;
      await writeAudit(runner, clock, {
        accountId,
        act,
        targetType: 'invocation',
        targetId: invocationId,
        after: {
          webhook_id: webhookId,
          resend_id: resendId,
          ...(target !== undefined && { target_webhook_id: target.id }),
        },
      });
    }),
  );
  if (refused !== undefined) return { refused };
  if (waiting > 0) return { refused: 'no room' };
  const [one] = sent;
  // Another one was faster.
  if (one === undefined) return { refused: 'changed since' };
  return { refused: undefined, number: one.number, leftOut, finished };
}
