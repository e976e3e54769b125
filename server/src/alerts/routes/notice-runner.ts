import type { Logger } from 'pino';
import type { Database } from '../../database/database.ts';
import { logFailure } from '../../log/log-failure.ts';
import type { AlertNoticeState } from '../../model/alert.ts';
import { MINUTE_MS, SECOND_MS } from '../../model/time-units.ts';
import type { SecretBox } from '../../secrets/secret-box.ts';
import { endAlertNotice } from '../../sql/end-alert-notice.ts';
import { noteAlertRoute } from '../../sql/note-alert-route.ts';
import { type TakenNoticeRow, takeAlertNotices } from '../../sql/take-alert-notices.ts';
import type { RouteStore } from './create-route-store.ts';
import type { Send } from './create-send.ts';
import { messageOf } from './message-of.ts';
import { nextTryMs } from './next-try-ms.ts';
import { openTarget } from './open-target.ts';
import { SendFailure } from './send-failure.ts';
import { whyDropped } from './why-dropped.ts';

interface Parts {
  readonly database: Database;
  readonly log: Logger;
  readonly publicUrl: string | undefined;
  readonly routes: Pick<RouteStore, 'list'>;
  readonly secrets: SecretBox;
  readonly send: Pick<Send, 'one'>;
}

/** A notice that is due is sent within this time, where nobody calls `wake`. */
const LOOK_MS = 2 * SECOND_MS;

/** No receiver of a message takes longer; a route that hangs costs two tries of this length at a time. */
export const SEND_MS = 10 * SECOND_MS;

/** From when on another node may send a notice: longer than a try takes. */
const LEASE_MS = MINUTE_MS;

/** Messages on their way to one route: Slack takes one a second. */
const BY_ROUTE = 2;

/** Messages on their way of one account: the routes of one that hang leave room for those of others. */
const BY_ACCOUNT = 16;

/** Messages on their way in all. */
const MOST = 64;

/** What becomes of a try. */
interface Outcome {
  readonly state: AlertNoticeState;
  readonly againMs: number;
  readonly error: string | null;
}

/**
 * Sends the notices of alerts. A notice is
 *
 * waiting -> sent | failed (after 24 hours of tries) | dropped (nobody needs it)
 *
 * A node takes it before it sends, for a minute, so no two nodes send one at the same time. A node that is killed
 * between the message and the note that it left sends it again: each message has an id by which its receiver can tell.
 * A route that hangs holds up no other.
 */
export class NoticeRunner {
  readonly #parts: Parts;
  readonly #stopping = new AbortController();
  /** How many are on their way, by route. */
  readonly #busy = new Map<string, number>();
  readonly #sending = new Set<Promise<void>>();
  /** The account of each. */
  readonly #accounts: number[] = [];
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;
  #isAsked = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** @param isDue Whether this node sends: the one that evaluates does. */
  start(isDue: () => boolean): void {
    this.#timer = setInterval(() => {
      if (isDue()) this.wake();
    }, LOOK_MS);
  }

  /** Looks for what is due. */
  wake(): void {
    if (this.#stopping.signal.aborted) return;
    this.#isAsked = true;
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
      // Asked between the last look and now.
      if (this.#isAsked) this.wake();
    });
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#stopping.abort();
    await this.#looking;
    await Promise.all(this.#sending);
  }

  async #look(): Promise<void> {
    while (this.#isAsked && !this.#stopping.signal.aborted) {
      this.#isAsked = false;
      try {
        const taken = await this.#take();
        for (const notice of taken) this.#begin(notice);
        // There may be more, of other routes.
        if (taken.length > 0) this.#isAsked = true;
      } catch (error) {
        logFailure(this.#parts.log, error, 'could not read the notices of alerts');
      }
    }
  }

  async #take(): Promise<readonly TakenNoticeRow[]> {
    const room = MOST - this.#sending.size;
    if (room <= 0) return [];
    return this.#parts.database.run(takeAlertNotices, {
      leaseMs: LEASE_MS,
      byRoute: BY_ROUTE,
      byAccount: BY_ACCOUNT,
      most: room,
      // One that has room for one more waits for the other: the statement gives each the same.
      busy: [...this.#busy.keys()],
      sending: this.#accounts,
    });
  }

  #begin(notice: TakenNoticeRow): void {
    const { account_id: accountId, route_id: routeId } = notice;
    this.#busy.set(routeId, (this.#busy.get(routeId) ?? 0) + 1);
    this.#accounts.push(accountId);
    const sending = this.#deal(notice)
      .catch((error: unknown) => {
        // Its lease ends, and then it is sent.
        logFailure(this.#parts.log, error, 'could not note what became of a notice');
      })
      .finally(() => {
        this.#sending.delete(sending);
        const left = (this.#busy.get(routeId) ?? 1) - 1;
        if (left > 0) this.#busy.set(routeId, left);
        else this.#busy.delete(routeId);
        this.#accounts.splice(this.#accounts.indexOf(accountId), 1);
        this.wake();
      });
    this.#sending.add(sending);
  }

  async #deal(notice: TakenNoticeRow): Promise<void> {
    const { account_id: accountId, alert_id: alertId, attempts, transition } = notice;
    const { database } = this.#parts;
    const routeId = notice.route_id;
    const outcome = await this.#outcome(notice);
    await database.run(endAlertNotice, { alertId, routeId, transition, attempts, ...outcome });
    if (outcome.state === 'dropped' || this.#stopping.signal.aborted) return;
    await database.run(noteAlertRoute, { accountId, id: routeId, error: outcome.error });
  }

  async #outcome(notice: TakenNoticeRow): Promise<Outcome> {
    const { publicUrl, routes, secrets, send } = this.#parts;
    const { account_id: accountId, enabled, transition } = notice;
    const routeId = notice.route_id;
    if (notice.target === null) return dropped('the route or the alert was deleted');
    const target = openTarget(secrets, notice.target);
    const why = whyDropped({ enabled, target }, await routes.list(accountId), {
      webhookId: notice.webhook_id ?? undefined,
      transition,
      openedState: notice.opened_state ?? undefined,
    });
    if (why !== undefined) return dropped(why);
    const signal = AbortSignal.any([this.#stopping.signal, AbortSignal.timeout(SEND_MS)]);
    try {
      const message = messageOf(notice, transition, publicUrl);
      const { missed } = await send.one({ accountId, routeId, target }, message, signal);
      return { state: 'sent', againMs: 0, error: missed ?? null };
    } catch (error) {
      // Another node goes on at once: it did not fail.
      if (this.#stopping.signal.aborted) return { state: 'waiting', againMs: 0, error: null };
      const { message: words } = error as Error;
      const isFinal = error instanceof SendFailure && error.isFinal;
      const againMs = isFinal ? undefined : nextTryMs(notice.attempts);
      if (!(error instanceof SendFailure)) {
        logFailure(this.#parts.log, error, 'could not send a notice');
      }
      return {
        state: againMs === undefined ? 'failed' : 'waiting',
        againMs: againMs ?? 0,
        error: words,
      };
    }
  }
}

const dropped = (error: string): Outcome => ({ state: 'dropped', againMs: 0, error });
