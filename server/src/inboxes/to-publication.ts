import { hash } from 'node:crypto';
import type { Publication } from '../accept/acceptor.ts';
import { EVENT_TYPE_PATTERN, MAX_EVENT_TYPE_LENGTH } from '../model/event-type.ts';
import { newId } from '../model/ids.ts';
import type { Inbox } from '../model/inbox.ts';
import { INBOX_KEY } from '../model/inbox-key.ts';
import { ownHeader } from '../model/own-header.ts';
import type { ReceivedHeaders } from '../model/received-headers.ts';
import type { Received, Verified } from './verify-received.ts';

const EVENT_TYPE = new RegExp(EVENT_TYPE_PATTERN);

/** Zendesk and Hooktrail name the webhook that sends. */
const SENDER_WEBHOOK = 'x-zendesk-webhook-id';

/** What an event's own id may be (docs/publishing.md). */
const OWN_ID = /^[!-~]{1,255}$/;

/**
 * The event that an inbox publishes of a verified request: its body as it arrived, nothing added. `json` is
 * the body, parsed. A request with the same id is the same event for 7 days; a resend is another one, and is
 * itself recognised when it is repeated.
 */
export function toPublication(
  inbox: Inbox,
  { body, headers, kept }: Received & { readonly kept?: ReceivedHeaders },
  json: unknown,
  { resendId, senderId }: Omit<Verified, 'valid'>,
  nowMs: number,
): Publication {
  const given = isObject(json) ? json : {};
  const header = inbox.typeHeader && ownHeader(headers, inbox.typeHeader.toLowerCase());
  const ownId =
    typeof given['id'] === 'string' && OWN_ID.test(given['id']) ? given['id'] : undefined;
  // Ids have no spaces, so no two requests with other ids share a key. The sender's id comes first: what arrived
  // is read by its ranges.
  const key = [inbox.id, senderId, ...(resendId === undefined ? [] : ['resend', resendId])].join(
    ' ',
  );
  const senderWebhookId = ownHeader(headers, SENDER_WEBHOOK);
  return {
    event: {
      id: ownId ?? newId(nowMs),
      ownId: ownId !== undefined,
      type: [given['type'], header].find(isEventType) ?? inbox.defaultType,
      body: body.toString(),
      headers,
      ...(kept !== undefined && { received: kept }),
    },
    idempotency:
      senderId === undefined
        ? undefined
        : {
            key: `${INBOX_KEY}${key}`,
            fingerprint: hash('sha256', body, 'buffer'),
            received: {
              webhookId:
                senderWebhookId !== undefined && OWN_ID.test(senderWebhookId)
                  ? senderWebhookId
                  : undefined,
            },
          },
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isEventType(value: unknown): value is string {
  return (
    typeof value === 'string' && value.length <= MAX_EVENT_TYPE_LENGTH && EVENT_TYPE.test(value)
  );
}
