import type { AlertMessage } from './alert-message.ts';
import { operationalType } from './operational-type.ts';

/** An event about an alert, as it is sent to a webhook. */
export interface OperationalEvent {
  readonly id: string;
  readonly type: string;
  /** JSON, in the form of every published event. */
  readonly body: string;
}

const EVENT_VERSION = '2022-11-06';

/**
 * The event of a message (docs/alerts.md, "Operational webhooks"). Its `detail` has the fields of an alert of the
 * API; all of it is the same for every try.
 */
export function operationalEvent(message: AlertMessage): OperationalEvent {
  const { id, resolvedAtMs, source, jobId, node, webhook } = message;
  const type = operationalType(message);
  const event = {
    account_id: message.accountId,
    detail: {
      id: message.alertId,
      transition: message.transition,
      kind: message.kind,
      severity: message.severity,
      state: resolvedAtMs === undefined ? 'open' : 'resolved',
      summary: message.summary,
      advice: message.advice,
      url: message.url,
      ...(webhook !== undefined && { webhook }),
      ...(source !== undefined && { source }),
      ...(jobId !== undefined && { job: { id: jobId } }),
      ...(node !== undefined && { node }),
      value: message.value,
      threshold: message.threshold,
      started_at: new Date(message.startedAtMs).toISOString(),
      opened_at: new Date(message.openedAtMs).toISOString(),
      resolved_at: resolvedAtMs === undefined ? null : new Date(resolvedAtMs).toISOString(),
    },
    event: {},
    id,
    subject: `hooktrail:alert:${message.alertId}`,
    time: new Date(resolvedAtMs ?? message.openedAtMs).toISOString(),
    type,
    zendesk_event_version: EVENT_VERSION,
  };
  return { id, type, body: JSON.stringify(event) };
}
