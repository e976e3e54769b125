import { Zendesk } from './client.ts';
import { textTransport } from './internal/text-transport.ts';
import { createTransport } from './internal/transport.ts';
import type { ZendeskOptions } from './options/zendesk-options.ts';
import { type AccountOperations, account } from './resources/account.ts';
import { type Accounts, accounts } from './resources/accounts.ts';
import { type AlertMutes, alertMutes } from './resources/alert-mutes.ts';
import { type AlertRoutes, alertRoutes } from './resources/alert-routes.ts';
import { type AlertRules, alertRules } from './resources/alert-rules.ts';
import { type Alerts, alerts } from './resources/alerts.ts';
import { type Audit, audit } from './resources/audit.ts';
import { type CountInvocations, countInvocations } from './resources/counts.ts';
import { type Events, events } from './resources/events.ts';
import { type Feed, feed } from './resources/feed.ts';
import { type HooktrailWebhooks, hooktrailWebhooks } from './resources/hooktrail-webhooks.ts';
import { type Inboxes, inboxes } from './resources/inboxes.ts';
import { type Invocations, invocations } from './resources/invocations.ts';
import { type Jobs, jobs } from './resources/jobs.ts';
import { type ListNodes, listNodes } from './resources/nodes.ts';
import { type ListProblems, listProblems } from './resources/problems.ts';
import { type Search, search } from './resources/search.ts';
import { type Sessions, sessions } from './resources/sessions.ts';
import { type Sources, sources } from './resources/sources.ts';
import { type ShowStorage, showStorage } from './resources/storage.ts';
import { type Tokens, tokens } from './resources/tokens.ts';
import { type CountUndelivered, countUndelivered } from './resources/undelivered.ts';
import { type Views, views } from './resources/views.ts';

export type * from './models/account.ts';
export type * from './models/alert.ts';
export type * from './models/alert-route.ts';
export type * from './models/audit-entry.ts';
export type * from './models/client-certificate.ts';
export type * from './models/counts.ts';
export type * from './models/delivery-rules.ts';
export type * from './models/event.ts';
export type * from './models/feed-event.ts';
export type * from './models/inbox.ts';
export type * from './models/invocation-attempt.ts';
export type * from './models/invocation-details.ts';
export type * from './models/invoke.ts';
export type * from './models/job.ts';
export type * from './models/listed-invocation.ts';
export type * from './models/node.ts';
export type * from './models/problem.ts';
export type { PublicKey } from './models/public-key.ts';
export type * from './models/publish-event.ts';
export type * from './models/reconciliation.ts';
export type * from './models/recorded-values.ts';
export type * from './models/revealed-webhook.ts';
export type * from './models/saved-view.ts';
export type * from './models/search-key.ts';
export type * from './models/search-result.ts';
export type * from './models/session.ts';
export type { RotatedSecret } from './models/signing-secret.ts';
export type * from './models/source.ts';
export type * from './models/storage.ts';
export type * from './models/token.ts';
export type * from './models/undelivered.ts';
export type * from './models/verification.ts';
export type * from './models/webhook-health.ts';
export type { AccountCallOptions } from './options/account-call-options.ts';
export type { DownloadOptions } from './options/download-options.ts';
export type { PublishOptions } from './options/publish-options.ts';
export type { ListAccountsQuery } from './resources/accounts.ts';
export type { ListAlertsQuery } from './resources/alerts.ts';
export type { ListAuditQuery } from './resources/audit.ts';
export type { CountInvocations, CountsQuery } from './resources/counts.ts';
export type { ListEventsQuery } from './resources/events.ts';
export type { FeedOptions } from './resources/feed.ts';
export type {
  InvocationFields,
  InvocationsPage,
  InvocationsPagePromise,
  InvocationsSelection,
  ListInvocationsQuery,
  ResentInvocation,
  WebhookInvocationsPage,
  WebhookInvocationsPagePromise,
} from './resources/invocations.ts';
export type { Jobs, ListJobsQuery, WaitForJobOptions } from './resources/jobs.ts';
export type { ListNodes } from './resources/nodes.ts';
export type { ListProblems } from './resources/problems.ts';
export type { SearchPage, SearchPagePromise, SearchQuery } from './resources/search.ts';
export type { ShowStorage } from './resources/storage.ts';
export type { ListTokensQuery } from './resources/tokens.ts';
export type { CountUndelivered } from './resources/undelivered.ts';
export type {
  AccountOperations,
  Accounts,
  AlertMutes,
  AlertRoutes,
  AlertRules,
  Alerts,
  Audit,
  Events,
  Feed,
  HooktrailWebhooks,
  Inboxes,
  Invocations,
  Search,
  Sessions,
  Tokens,
  Views,
};

/**
 * A client of Hooktrail: everything in {@link Zendesk}, and the operations that only Hooktrail has.
 * Code written against `Zendesk` accepts it and works the same.
 */
export class Hooktrail extends Zendesk {
  /** The webhooks of the account, with Hooktrail's own operations. */
  declare readonly webhooks: HooktrailWebhooks;
  /** Publishes events, and reads what was published. */
  readonly events: Events;
  /** Invocations over all webhooks, and single ones. */
  readonly invocations: Invocations;
  /** Searches words and phrases in events, in request headers and in answers, newest first. */
  readonly search: Search;
  /** Jobs that send again, or export, what a query selects. */
  readonly jobs: Jobs;
  /**
   * Follows what happens to events and invocations, as it is committed: iterate over it. It reconnects
   * where it was, so nothing is missed; a `gap` or `skipped` event says where something is. It ends when
   * the iteration does, when `signal` aborts, and when the server refuses it (`APIError`).
   */
  readonly feed: Feed;
  /**
   * Counts attempts and settled invocations of the last 24 hours, or of the span that a query names.
   * A query of `webhook`, `status`, `error`, `since`, `until` and `completed` is exact, and its times are
   * those of completion. Of any other, `live` has how many invocations it selects, up to 10,000.
   */
  readonly counts: CountInvocations;
  /**
   * Counts what waits after a failure or ended without a success, by webhook and cause: exactly up to
   * 10,000 of a webhook. A query narrows it.
   */
  readonly undelivered: CountUndelivered;
  /**
   * Lists what is wrong now: breakers that are not closed, jobs that stopped themselves, failing webhooks,
   * backlogs, webhooks that do not send.
   */
  readonly problems: ListProblems;
  /** Shows operators the bytes of each table and day, and what is dropped next. */
  readonly storage: ShowStorage;
  /** Lists the nodes for operators: version, since when, load, lag. */
  readonly nodes: ListNodes;
  /** The account of the credentials. */
  readonly account: AccountOperations;
  /** All accounts, for operators. */
  readonly accounts: Accounts;
  /** The API tokens of the account; for operators, of every account. */
  readonly tokens: Tokens;
  /** Remote accounts whose trail is archived. */
  readonly sources: Sources;
  /** The views that the account saved for its people. */
  readonly views: Views;
  /** Addresses that receive webhooks from elsewhere, verify them and publish them as events. */
  readonly inboxes: Inboxes;
  /** What people are told when something breaks. */
  readonly alerts: Alerts;
  /** The rules by which alerts open. */
  readonly alertRules: AlertRules;
  /** Where alerts go. */
  readonly alertRoutes: AlertRoutes;
  /** What no route of alerts gets. */
  readonly alertMutes: AlertMutes;
  /** The sign-in of browsers. */
  readonly sessions: Sessions;
  /** The audit trail of the account; for operators, of every account. */
  readonly audit: Audit;

  /** @param options - The same as for {@link Zendesk}. */
  constructor(options: ZendeskOptions = {}) {
    super(options);
    const send = createTransport(options);
    this.webhooks = hooktrailWebhooks(send);
    this.events = events(send, textTransport(options));
    this.invocations = invocations(send);
    this.search = search(send);
    this.jobs = jobs(send, options);
    this.feed = feed(options);
    this.counts = countInvocations(send);
    this.undelivered = countUndelivered(send);
    this.problems = listProblems(send);
    this.storage = showStorage(send);
    this.nodes = listNodes(send);
    this.account = account(send);
    this.accounts = accounts(send);
    this.tokens = tokens(send);
    this.sources = sources(send);
    this.views = views(send);
    this.inboxes = inboxes(send);
    this.alerts = alerts(send);
    this.alertRules = alertRules(send);
    this.alertMutes = alertMutes(send);
    this.alertRoutes = alertRoutes(send);
    this.sessions = sessions(send);
    this.audit = audit(send);
  }
}
