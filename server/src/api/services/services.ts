import type { Logger } from 'pino';
import type { Acceptor } from '../../accept/acceptor.ts';
import type { AddressRules } from '../../addresses/address-rules.ts';
import type { AlertStore } from '../../alerts/create-alert-store.ts';
import type { AlertRoutes } from '../../alerts/routes/create-alert-routes.ts';
import type { Archive } from '../../archive/create-archive.ts';
import type { Room } from '../../config/share-room.ts';
import type { Database } from '../../database/database.ts';
import type { Trial } from '../../deliver/create-delivery.ts';
import type { Replay } from '../../deliver/create-replay.ts';
import type { Exchange } from '../../deliver/request/exchange.ts';
import type { AccessStore } from '../../directory/access-store.ts';
import type { Directory } from '../../directory/directory.ts';
import type { InboxStore } from '../../directory/inbox-store.ts';
import type { Sessions } from '../../directory/sessions.ts';
import type { WebhookStore } from '../../directory/webhook-store.ts';
import type { Feed } from '../../feed/feed-hub.ts';
import type { Jobs } from '../../jobs/create-jobs.ts';
import type { Storage } from '../../keep/storage.ts';
import type { Counter } from '../../metrics/counter.ts';
import type { MetricsFormat } from '../../metrics/render.ts';
import type { RequestMetrics } from '../../metrics/request-metrics.ts';
import type { Clock } from '../../model/clock.ts';
import type { Search } from '../../search/text/create-search.ts';
import type { HeaderBox } from '../../secrets/header-box.ts';
import type { Traces } from '../../traces/traces.ts';
import type { Problems } from '../../trail/problems.ts';

/** Limits of callers; a rate of 0 means no limit. */
export interface Limits {
  /** Connections to the API at once. */
  readonly connections: number;
  /** Requests per account and minute, with all tokens. */
  readonly accountPerMinute: number;
  /** Requests per token and minute. */
  readonly tokenPerMinute: number;
  /** Failed logins per client address and minute. */
  readonly failedLoginsPerMinute: number;
}

/** What one check found. A warning says what an operator should look at; the node serves requests. */
export interface Check {
  readonly name: string;
  readonly state: 'ok' | 'warning' | 'failed';
  readonly message: string;
}

/** What the routes call: the rest of the node, as the API sees it. */
export interface Services {
  readonly acceptor: Acceptor;
  readonly access: AccessStore;
  /** Rules, mutes and alerts. */
  readonly alerts: AlertStore;
  /** Where deliveries may go: checked when an endpoint is saved, and again at every connection. */
  readonly addressRules: AddressRules;
  /** Where alerts go. */
  readonly alertRoutes: Pick<AlertRoutes, 'store' | 'test'>;
  /** Remote accounts whose trail is archived. */
  readonly archive: Pick<Archive, 'check' | 'resend' | 'store'>;
  readonly clock: Clock;
  readonly database: Database;
  readonly directory: Directory;
  readonly feed: Feed;
  /** 32 bytes: seals the places of those who follow the feed. */
  readonly feedKey: Uint8Array;
  readonly inboxes: InboxStore;
  readonly jobs: Jobs;
  /** Opens the custom headers of the trail. */
  readonly headerBox: HeaderBox;
  readonly limits: Limits;
  readonly log: Logger;
  readonly metrics: {
    readonly requests: RequestMetrics;
    readonly feedSkipped: Pick<Counter, 'add'>;
    readonly searchBytes: Pick<Counter, 'add'>;
    /** What a scrape gets. */
    readonly text: (format: MetricsFormat) => Promise<string>;
  };
  /** Whether a statement may read one lane only: on a Citus cluster, where a lane is on one machine. */
  readonly oneLane: boolean;
  /** Base URL of the links in answers; undefined: the host that the request named. */
  readonly publicUrl: string | undefined;
  readonly retentionDays: number;
  readonly room: Pick<Room, 'answerBytes' | 'feedBytes' | 'feedReaders' | 'requestBytes'>;
  readonly search: Search;
  readonly sessions: Pick<Sessions, keyof Sessions>;
  /** The folder of the built console, which may be missing; undefined: the console is off. */
  readonly consoleFolder: string | undefined;
  /** How long counts are kept by each unit. */
  readonly rollupKeptMs: Readonly<Record<'minute' | 'hour' | 'day', number>>;
  /** Key of the MAC that ties a cursor to its list. */
  readonly cursorKey: Uint8Array;
  /** What is wrong with an account. */
  readonly problems: Pick<Problems, 'of'>;
  /** Undefined: nothing is traced. */
  readonly traces?: Traces | undefined;
  /** What the database takes. */
  readonly storage: Pick<Storage, 'read'>;
  /** Networks of the proxies whose `X-Forwarded-*` headers are believed. */
  readonly trustedProxies: readonly string[];
  readonly webhooks: WebhookStore;
  /** What is checked of this node. */
  readonly checks: () => Promise<readonly Check[]>;
  /** Why the node is not ready, or undefined when it is. */
  readonly notReadyReason: () => Promise<string | undefined>;
  /** Sends one test request, which leaves nothing in the trail (spec/contract.md, "Test"). */
  readonly sendTrial: (trial: Trial) => Promise<Exchange>;
  readonly replay: Replay;
  /** Closes the circuit breaker of a webhook whose rules no longer have one. */
  readonly closeBreaker: (webhookId: string) => Promise<void>;
  /** Makes the next probe of an open circuit breaker due immediately, and the next handshake. */
  readonly probeBreakerNow: (webhookId: string) => Promise<void>;
  /** Writes the outcomes that this node has counted to the database. */
  readonly flushBreakerCounts: () => Promise<void>;
}
