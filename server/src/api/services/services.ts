import type { Logger } from 'pino';
import type { Acceptor } from '../../accept/acceptor.ts';
import type { AddressRules } from '../../addresses/address-rules.ts';
import type { Database } from '../../database/database.ts';
import type { Trial } from '../../deliver/create-delivery.ts';
import type { Replay } from '../../deliver/create-replay.ts';
import type { AccessStore } from '../../directory/access-store.ts';
import type { Directory } from '../../directory/directory.ts';
import type { WebhookStore } from '../../directory/webhook-store.ts';
import type { Exchange } from '../../http-client/exchange.ts';
import type { Clock } from '../../model/clock.ts';

/** How often callers may call; 0 is no limit. */
export interface Limits {
  /** Requests of one token, per minute. */
  readonly tokenPerMinute: number;
  /** Wrong credentials from one address, per minute. */
  readonly failedLoginsPerMinute: number;
}

/** All that the routes are made of: the later stations, as the API sees them. */
export interface Services {
  readonly acceptor: Acceptor;
  readonly access: AccessStore;
  /** Where deliveries may go; asked when an endpoint is saved, and again whenever one is dialled. */
  readonly addressRules: AddressRules;
  readonly clock: Clock;
  readonly database: Database;
  readonly directory: Directory;
  readonly limits: Limits;
  readonly log: Logger;
  /** Where clients reach the API, if that is known better than a request says. */
  readonly publicUrl: string | undefined;
  readonly retentionDays: number;
  /** Signs cursors. */
  readonly cursorKey: Uint8Array;
  /** The networks of proxies whose `X-Forwarded-*` headers are believed. */
  readonly trustedProxies: readonly string[];
  readonly webhooks: WebhookStore;
  /** Why the node is not ready, or undefined when it is. */
  readonly notReadyReason: () => Promise<string | undefined>;
  /** Sends one request that is not part of the trail (contract §1, "Test"). */
  readonly sendTrial: (trial: Trial) => Promise<Exchange>;
  readonly replay: Replay;
  /** Closes the circuit breaker of a webhook that has none any more. */
  readonly closeBreaker: (webhookId: string) => Promise<void>;
  /** Lets an open circuit breaker send its next probe at once. */
  readonly probeBreakerNow: (webhookId: string) => Promise<void>;
  /** Lets the database know what this node has counted. */
  readonly flushBreakerCounts: () => Promise<void>;
}
