import type { Logger } from 'pino';
import type { Acceptor } from '../accept/acceptor.ts';
import type { Clock } from '../clock.ts';
import type { Database } from '../database/database.ts';
import type { AddressRules } from '../deliver/address-rules.ts';
import type { Trial } from '../deliver/create-delivery.ts';
import type { Replay } from '../deliver/create-replay.ts';
import type { Exchange } from '../deliver/exchange.ts';
import type { AccountStore } from '../directory/account-store.ts';
import type { Directory } from '../directory/directory.ts';
import type { WebhookStore } from '../directory/webhook-store.ts';

/** All that the routes are made of: the later stations, as the API sees them. */
export interface Services {
  readonly acceptor: Acceptor;
  readonly accounts: AccountStore;
  /** Where deliveries may go; asked when an endpoint is saved, and again whenever one is dialled. */
  readonly addressRules: AddressRules;
  readonly clock: Clock;
  readonly database: Database;
  readonly directory: Directory;
  readonly log: Logger;
  /** Where clients reach the API, if that is known better than a request says. */
  readonly publicUrl: string | undefined;
  readonly retentionDays: number;
  /** Signs cursors. */
  readonly cursorKey: Uint8Array;
  readonly webhooks: WebhookStore;
  /** Why the node is not ready, or undefined when it is. */
  readonly notReady: () => Promise<string | undefined>;
  /** Sends one request that is not part of the trail (contract §1, "Test"). */
  readonly tryOut: (trial: Trial) => Promise<Exchange>;
  readonly replay: Replay;
  /** Lets an open circuit breaker send its next probe at once. */
  readonly probeNow: (webhookId: string) => Promise<void>;
  /** Lets the database know what this node has counted. */
  readonly tellCounts: () => Promise<void>;
}
