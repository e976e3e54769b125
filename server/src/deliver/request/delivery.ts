import type { Target } from '../../model/webhook.ts';

/** One event on its way to one endpoint, once. */
export interface Delivery {
  readonly target: Target;
  readonly accountId: number;
  readonly webhookId: string;
  readonly invocationId: string;
  /** The payload: a body, or the query of a GET or DELETE. */
  readonly payload: string;
  /** When it is sent, in milliseconds since 1970. */
  readonly nowMs: number;
  /** How long it may take, from dialling to the last byte of the answer. */
  readonly timeLimitMs: number;
  /** Whether to send the headers of Standard Webhooks in addition to those of the contract. */
  readonly standardWebhooks: boolean;
  /** Not over a kept connection. */
  readonly newConnection?: boolean;
  /** The job that sends it. */
  readonly jobId?: string | undefined;
  /** The act or the job that sends it although its receiver may have had it. */
  readonly resendId?: string;
  /** Of a webhook that is not ours: the account that its receiver is told; undefined there: none. */
  readonly remoteAccount?: { readonly id: string | undefined };
  /** Asked when a new connection is open; false: it is not sent. */
  readonly mayBegin?: () => boolean;
}
