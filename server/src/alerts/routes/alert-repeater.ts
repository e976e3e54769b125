import type { Logger } from 'pino';
import type { Runner } from '../../database/database.ts';
import { logFailure } from '../../log/log-failure.ts';
import { MINUTE_MS } from '../../model/time-units.ts';
import type { SecretBox } from '../../secrets/secret-box.ts';
import { noteAlertRoute } from '../../sql/note-alert-route.ts';
import { readRepeatedAlerts } from '../../sql/read-repeated-alerts.ts';
import { type RepeatingRouteRow, readRepeatingRoutes } from '../../sql/read-repeating-routes.ts';
import type { Send } from './create-send.ts';
import { messageOf } from './message-of.ts';
import { SEND_MS } from './notice-runner.ts';
import { openTarget } from './open-target.ts';

interface Parts {
  readonly database: Runner;
  readonly log: Logger;
  readonly publicUrl: string | undefined;
  readonly secrets: SecretBox;
  readonly send: Pick<Send, 'repeat'>;
}

/** An Alertmanager takes what was not repeated for 5 minutes for resolved, unless it is set otherwise. */
const EVERY_MS = MINUTE_MS;

/** Routes that are posted to at once. */
const AT_ONCE = 8;

/** Repeats open alerts to the Alertmanagers that were told of them. */
export class AlertRepeater {
  readonly #parts: Parts;
  readonly #stopping = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  /** Routes that did not answer the last time. */
  #failing: ReadonlySet<string> = new Set();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** @param isDue Whether this node repeats: the one that evaluates does. */
  start(isDue: () => boolean): void {
    this.#timer = setInterval(() => {
      if (!isDue() || this.#running !== undefined) return;
      this.#running = this.repeat().finally(() => {
        this.#running = undefined;
      });
    }, EVERY_MS);
  }

  /**
   * Posts all that is open, once. Routes that failed the last time come last: each may take 10 s, and hundreds of them
   * would keep the others waiting until their alerts are taken for resolved.
   */
  async repeat(): Promise<void> {
    try {
      const routes = await this.#parts.database.run(readRepeatingRoutes, undefined);
      const isFailing = ({ id }: RepeatingRouteRow) => this.#failing.has(id);
      const waiting = [
        ...routes.filter((route) => !isFailing(route)),
        ...routes.filter(isFailing),
      ].values();
      const failing = new Set<string>();
      const worker = async () => {
        for (const next of waiting) {
          if (this.#stopping.signal.aborted) return;
          if (!(await this.#post(next))) failing.add(next.id);
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, worker));
      this.#failing = failing;
    } catch (error) {
      logFailure(this.#parts.log, error, 'could not repeat open alerts');
    }
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#stopping.abort();
    await this.#running;
  }

  /** Posts what is open to one route, and resolves to whether that took it. It never throws. */
  async #post({ account_id: accountId, id: routeId, target }: RepeatingRouteRow): Promise<boolean> {
    const { database, log, publicUrl, secrets, send } = this.#parts;
    try {
      const rows = await database.run(readRepeatedAlerts, { accountId, routeId });
      if (rows.length === 0) return true;
      const messages = rows.map((row) => messageOf(row, 'opened', publicUrl));
      const signal = AbortSignal.any([this.#stopping.signal, AbortSignal.timeout(SEND_MS)]);
      const destination = { accountId, routeId, target: openTarget(secrets, target) };
      const error = await send.repeat(destination, messages, signal).then(
        () => null,
        (failure: Error) => failure.message,
      );
      if (this.#stopping.signal.aborted) return false;
      await database.run(noteAlertRoute, { accountId, id: routeId, error });
      return error === null;
    } catch (error) {
      logFailure(log, error, 'could not repeat open alerts to a route');
      return false;
    }
  }
}
