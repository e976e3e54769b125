import type { Logger } from 'pino';
import type { Acceptor } from '../accept/acceptor.ts';
import type { Clock } from '../clock.ts';
import type { Database } from '../database/database.ts';
import type { AddressRules } from '../deliver/address-rules.ts';
import type { Trial } from '../deliver/create-delivery.ts';
import type { Exchange } from '../deliver/exchange.ts';
import type { Directory } from '../directory/directory.ts';
import type { WebhookStore } from '../directory/webhook-store.ts';

/** All that the routes are made of: the later stations, as the API sees them. */
export interface Services {
  readonly acceptor: Acceptor;
  /** Where deliveries may go; asked when an endpoint is saved, and again whenever one is dialled. */
  readonly addressRules: AddressRules;
  readonly clock: Clock;
  readonly database: Database;
  readonly directory: Directory;
  readonly log: Logger;
  readonly retentionDays: number;
  /** Signs cursors. */
  readonly cursorKey: Uint8Array;
  readonly webhooks: WebhookStore;
  /** Why the node is not ready, or undefined when it is. */
  readonly notReady: () => Promise<string | undefined>;
  /** Sends one request that is not part of the trail (contract §1, "Test"). */
  readonly tryOut: (trial: Trial) => Promise<Exchange>;
}
