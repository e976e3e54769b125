import { createHmac, hash } from 'node:crypto';
import { isoSeconds } from './iso-seconds.ts';
import { remoteIdTimeMs } from './remote-ids.ts';
import type { RemoteRow } from './remote-row.ts';
import type { RemoteWebhook } from './remote-webhook.ts';

/** What the attempts of a webhook are made of. */
export interface AttemptContext {
  readonly webhook: RemoteWebhook;
  readonly secret: string;
  readonly masksAuthorization: boolean;
  /** How long the texts in the payload are. */
  readonly payloadBytes: number;
}

interface Header {
  readonly key: string;
  readonly value: string;
}

/** An attempt as the service shows it. */
export interface RemoteAttempt {
  /** Recorded: the id of the webhook, on every attempt. */
  readonly id: string;
  readonly status: string;
  readonly status_code?: number;
  readonly completed_at: string;
  readonly request?: { readonly headers: readonly Header[]; readonly payload: string };
  readonly response?: { readonly headers: readonly Header[]; readonly payload: string };
}

/** The attempt of a row. Its bodies follow from the row, so that they need not be kept. */
export function remoteAttempt(row: RemoteRow, context: AttemptContext): RemoteAttempt {
  const { webhook } = context;
  return {
    id: webhook.id,
    status: row.status,
    ...(row.statusCode === undefined ? {} : { status_code: row.statusCode }),
    completed_at: isoSeconds(row.completedAtMs),
    ...(row.sent ? { request: request(row, context) } : {}),
    ...(row.statusCode === undefined ? {} : { response: response(row) }),
  };
}

function request(row: RemoteRow, context: AttemptContext) {
  const { webhook, secret, masksAuthorization } = context;
  const payload = payloadOf(row, context);
  const timestamp = isoSeconds(row.completedAtMs);
  const signature = createHmac('sha256', secret)
    .update(timestamp + payload)
    .digest('base64');
  const credentials = masksAuthorization ? '********' : 'Bearer remote_endpoint_token';
  const headers: Record<string, string> = {
    'User-Agent': 'Zendesk Webhook',
    'Content-Type': 'application/json; charset=utf-8',
    ...(webhook.authentication === undefined ? {} : { Authorization: credentials }),
    'X-Zendesk-Account-Id': '123456',
    'X-Zendesk-Webhook-Id': webhook.id,
    'X-Zendesk-Webhook-Invocation-Id': row.id,
    'X-Zendesk-Webhook-Signature': signature,
    'X-Zendesk-Webhook-Signature-Timestamp': timestamp,
  };
  return { headers: toList(headers), payload };
}

function response({ statusCode = 0 }: RemoteRow) {
  const payload = statusCode < 300 ? 'ok' : `{"error": "answered ${statusCode}"}`;
  return {
    headers: toList({ 'Content-Type': 'text/plain', 'Content-Length': String(payload.length) }),
    payload,
  };
}

/** The same for each attempt of an invocation. */
function payloadOf({ id, completedAtMs }: RemoteRow, { webhook, payloadBytes }: AttemptContext) {
  const digest = hash('sha256', `payload ${id}`, 'hex');
  const ticket = Number.parseInt(digest.slice(0, 6), 16);
  const type = webhook.subscriptions[ticket % webhook.subscriptions.length];
  return JSON.stringify({
    type: type ?? 'zen:event-type:ticket.created',
    account_id: 123456,
    id: digest.slice(0, 32),
    time: new Date(remoteIdTimeMs(id) ?? completedAtMs).toISOString(),
    zendesk_event_version: '2022-11-06',
    subject: `zen:ticket:${ticket}`,
    detail: {
      id: String(ticket),
      subject: `Ticket ${ticket}`,
      description: 'x'.repeat(payloadBytes),
    },
    event: {},
  });
}

function toList(headers: Readonly<Record<string, string>>): Header[] {
  return Object.entries(headers).map(([key, value]) => ({ key, value }));
}
