import type { HeaderList } from '../../http-client/header-list.ts';
import type { CloudEventRules, PropagateTrace, SignatureVersion } from '../../model/rules.ts';
import type { Target } from '../../model/webhook.ts';
import type { EventFacts } from './cloud-event.ts';

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
  /** With what those are signed; absent: `v1`. */
  readonly signatures?: readonly SignatureVersion[];
  /** How it is sent as a CloudEvent; null or absent: it is sent as it is. */
  readonly cloudEvents?: CloudEventRules | null;
  /** The payload is a CloudEvent in structured mode already. */
  readonly isEnveloped?: boolean;
  /** What it says that it comes from, where its endpoint was asked. */
  readonly origin?: string;
  /** Absent: it is a test. */
  readonly event?: EventFacts;
  /** Not over a kept connection. */
  readonly newConnection?: boolean;
  /** The job that sends it. */
  readonly jobId?: string | undefined;
  /** The act or the job that sends it although its receiver may have had it. */
  readonly resendId?: string;
  /** Of a webhook that is not ours: the account that its receiver is told; undefined there: none. */
  readonly remoteAccount?: { readonly id: string | undefined };
  /** Where its event was published in a trace (`traceContextOf`). */
  readonly traceContext?: string | undefined;
  /** It belongs to that trace, as far as that goes; otherwise it only follows from it. */
  readonly continuesTrace?: boolean | undefined;
  /** Off by default. */
  readonly propagateTrace?: PropagateTrace;
  /** How often the invocation was sent before; undefined: it is not known. */
  readonly resendCount?: number;
  /** A caller of the API waits for it, whose request it belongs to. */
  readonly isTrial?: boolean;
  /** What its receiver is told of a trace; undefined: what `propagateTrace` says of `traceContext`. */
  readonly traceHeaders?: HeaderList;
  /** Asked when a new connection is open; false: it is not sent. */
  readonly mayBegin?: () => boolean;
}
