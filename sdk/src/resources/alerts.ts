import { list } from '../internal/list.ts';
import { readOne } from '../internal/read-one.ts';
import type { Send } from '../internal/send.ts';
import { v1Path } from '../internal/v1-path.ts';
import type { Alert, AlertKind, AlertWithNotices } from '../models/alert.ts';
import type { CallOptions } from '../options/call-options.ts';
import type { APIPromise } from '../results/api-promise.ts';
import type { PagePromise } from '../results/page-promise.ts';
import type { PageQuery } from '../results/page-query.ts';
import { alert, alertWithNotices } from '../shapes/alert.ts';

/** The filters and page of a list of alerts. */
export interface ListAlertsQuery extends Omit<PageQuery, 'sort'> {
  /** Whether they are open: `filter[state]`. */
  readonly filterState?: 'open' | 'resolved' | undefined;
  /** The rule: `filter[kind]`. */
  readonly filterKind?: AlertKind | undefined;
  /** The webhook that they are about: `filter[webhook_id]`. */
  readonly filterWebhookId?: string | undefined;
}

/** What people are told when something breaks. */
export interface Alerts {
  /**
   * Lists alerts that are open, or resolved within the last 90 days, those first that opened last.
   *
   * @param query - Filters, size and cursor; every page keeps all but the cursor.
   * @param options - Apply to each page.
   */
  list(query?: ListAlertsQuery, options?: CallOptions): PagePromise<Alert>;

  /**
   * Returns one alert, with the routes that it was sent to.
   *
   * @param alertId - The alert.
   * @param options - Apply to this call.
   */
  get(alertId: string, options?: CallOptions): APIPromise<AlertWithNotices>;

  /**
   * Says that somebody looks after an alert. The first one who does, and the note, stay.
   *
   * @param alertId - The alert.
   * @param options - Apply to this call. `note` is for those who look at it next: at most 500 characters.
   */
  acknowledge(
    alertId: string,
    options?: CallOptions & { readonly note?: string | undefined },
  ): APIPromise<Alert>;
}

const readAlert = readOne('alert', alert);
const readWhole = readOne('alert', alertWithNotices);

/** Creates the operations on alerts. */
export const alerts = (send: Send): Alerts => ({
  list: (query = {}, options) =>
    list(send, { path: v1Path('alerts'), name: 'alerts', kind: alert }, query, options),

  get: (alertId, options) => send({ path: v1Path('alerts', alertId) }, readWhole, options),

  acknowledge: (alertId, { note, ...options } = {}) =>
    send(
      { method: 'POST', path: v1Path('alerts', alertId, 'acknowledge'), body: { note } },
      readAlert,
      options,
    ),
});
