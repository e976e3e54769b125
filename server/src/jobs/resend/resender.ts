import type { Runner } from '../../database/database.ts';
import type { Webhook } from '../../model/webhook.ts';
import type { Refusal, SkipReason } from '../replay/skip-reason.ts';

/** An archived invocation, as a list has it. */
export interface ArchivedInvocation {
  readonly id: string;
  readonly webhookId: string;
  readonly eventId: string | null;
}

/** Which requests are sent again, and for whom. */
export interface ResendOrder {
  readonly accountId: number;
  /** The archived webhook. */
  readonly webhookId: string;
  readonly ids: readonly string[];
  /** The webhook of ours that gets them; undefined: their own endpoint. */
  readonly target: Webhook | undefined;
  /** The act, or the job: receivers take one resend of one invocation once. */
  readonly resendId: string;
  readonly jobId: string | undefined;
  readonly requestedBy: string;
  /** Also what was delivered. */
  readonly again: boolean;
  /** What was attempted since is not sent. */
  readonly sinceMs: number | undefined;
  /** A person asked for it: past an open breaker. */
  readonly byHand: boolean;
}

/** A request that is on the record as in flight. */
export interface SentResend {
  readonly id: string;
  readonly number: number;
}

/**
 * Sends what is archived again, which the archive does. A request is rebuilt -> room is taken for it -> it is on
 * the record as in flight -> sent -> its outcome is recorded.
 */
export interface Resender {
  /** Why invocations cannot be sent, as far as that can be read of a page at once; by id and webhook. */
  refusals(
    accountId: number,
    isTargeted: boolean,
    invocations: readonly ArchivedInvocation[],
  ): Promise<ReadonlyMap<ArchivedInvocation, Refusal>>;
  /**
   * Rebuilds requests of one webhook and takes room for as many as there is now.
   *
   * @param record - Puts those that there is room for on the record, in one transaction with whatever follows; what
   *   `begin` resolves to is sent once that is committed. Others may have been faster than the rest.
   */
  send(
    order: ResendOrder,
    record: (
      reasons: ReadonlyMap<string, SkipReason>,
      begin: (runner: Runner) => Promise<readonly SentResend[]>,
    ) => Promise<void>,
  ): Promise<SentResends>;
}

/** What was sent, and what becomes of it. */
export interface SentResends {
  readonly sent: readonly SentResend[];
  /** What could not be sent now: there was no room. */
  readonly waiting: number;
  /** Names of headers that were sent once and are not sent again, because their values are masked. */
  readonly leftOut: readonly string[];
  /** Resolves when all outcomes are recorded, or could not be. It never rejects. */
  readonly finished: Promise<void>;
}
