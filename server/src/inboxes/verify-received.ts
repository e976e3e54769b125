import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import { standardKey } from '../deliver/request/standard-key.ts';
import type { Inbox } from '../model/inbox.ts';
import { ownHeader } from '../model/own-header.ts';
import { showDuration } from '../model/show-duration.ts';
import { SCHEME_HEADERS, type SchemeHeaders } from './scheme-headers.ts';

/** A request that an inbox received. */
export interface Received {
  /** By name, in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The bytes as they arrived. */
  readonly body: Buffer;
}

/** What a valid request says of itself. */
export interface Verified {
  readonly valid: true;
  /** The id that its sender gave. */
  readonly senderId: string | undefined;
  /** It is sent again on purpose, by this job or act of a Hooktrail. */
  readonly resendId: string | undefined;
}

/** Why a request is refused, in words that hold nothing of a secret. */
export interface Refused {
  readonly valid: false;
  readonly explanation: string;
}

const RESEND = 'X-Hooktrail-Resend';
const RESEND_SIGNATURE = 'X-Hooktrail-Resend-Signature';

/**
 * What the signed text of a resend begins with. Standard Webhooks and Svix sign `id.timestamp.body`: whoever saw a
 * resend could send it as a request with the id `resend.ID.INVOCATION`.
 */
const RESEND_PREFIX = 'resend.';

/** The base64 text of 32 bytes. */
const MAC = /^[A-Za-z\d+/]{43}=$/;

/** Signatures of one request that are compared: senders sign with two secrets while they change them. */
const MOST_MACS = 10;

/** A request with the headers of both schemes signs its resend for each. */
const MOST_RESEND_MACS = 2;

/** Seconds since 1970, up to the year 2286. */
const SECONDS = /^\d{1,10}$/;

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;

/** An id, which becomes part of a key that is stored. */
const ID = /^[!-~]{1,255}$/;

/**
 * Verifies a request by the scheme of its inbox, over the raw bytes. Every secret is compared with every
 * signature, in constant time. It is signed by Zendesk as `timestamp + body`, by Standard Webhooks and Svix as
 * `id.timestamp.body`; a resend has a second signature of its own, because Zendesk's covers no header
 * (spec/contract.md, "Inboxes").
 */
export function verifyReceived(
  inbox: Inbox,
  { body, headers }: Received,
  nowMs: number,
): Verified | Refused {
  const textOf = (name: string): string => ownHeader(headers, name.toLowerCase()) ?? '';
  const resendId = textOf(RESEND) || undefined;
  if (resendId !== undefined && !ID.test(resendId)) return refused(idRule(RESEND));
  if (inbox.scheme === 'none') {
    const senderId = (inbox.idHeader && textOf(inbox.idHeader)) || undefined;
    if (senderId !== undefined && !ID.test(senderId)) {
      return refused(idRule(inbox.idHeader as string));
    }
    return { valid: true, senderId, resendId };
  }

  const names = SCHEME_HEADERS[inbox.scheme];
  const isZendesk = inbox.scheme === 'zendesk';
  // Zendesk's signature does not cover the id, and a request without one is still Zendesk's.
  const needed = isZendesk ? [names.signature, names.timestamp] : Object.values(names);
  const missing = needed.filter((name) => textOf(name) === '');
  if (missing.length > 0) {
    return refused(
      `${missing.join(' and ')} missing: this inbox takes requests signed by ${LABELS[inbox.scheme]}`,
    );
  }
  const senderId = textOf(names.id) || undefined;
  if (senderId !== undefined && !ID.test(senderId)) return refused(idRule(names.id));
  if (!isZendesk && senderId?.startsWith(RESEND_PREFIX)) return refused(prefixRule(names));
  const timestamp = textOf(names.timestamp);
  const signedMs = isZendesk ? zendeskMs(timestamp) : standardMs(timestamp);
  if (Number.isNaN(signedMs)) return refused(timeRule(names, isZendesk));
  const macs = isZendesk ? [textOf(names.signature)] : versionOne(textOf(names.signature));
  const given = macs.filter((mac) => MAC.test(mac)).map((mac) => Buffer.from(mac, 'base64'));
  if (given.length === 0) return refused(signatureRule(names, isZendesk));
  if (given.length > MOST_MACS) {
    return refused(`${names.signature} has more than ${MOST_MACS} signatures`);
  }

  const keys = inbox.secrets.map((secret) =>
    isZendesk ? createSecretKey(secret, 'utf8') : standardKey(secret),
  );
  const head = isZendesk ? timestamp : `${senderId}.${timestamp}.`;
  if (!isSigned(keys, head, body, given)) {
    return refused(
      'the signature is by none of the secrets of this inbox, or body, id or timestamp were changed on the way',
    );
  }
  const ageMs = nowMs - signedMs;
  if (Math.abs(ageMs) > inbox.toleranceSeconds * 1_000) {
    const when = ageMs > 0 ? `${showDuration(ageMs)} old` : `${showDuration(-ageMs)} in the future`;
    return refused(
      `the signature is ${when}: this inbox takes ${inbox.toleranceSeconds} s (tolerance_seconds)`,
    );
  }
  if (resendId !== undefined) {
    const macs = textOf(RESEND_SIGNATURE).split(' ');
    const resendHead = `${RESEND_PREFIX}${resendId}.${senderId ?? ''}.${timestamp}.`;
    const isWellFormed = macs.length <= MOST_RESEND_MACS && macs.every((mac) => MAC.test(mac));
    const signatures = macs.map((mac) => Buffer.from(mac, 'base64'));
    if (!isWellFormed || !isSigned(keys, resendHead, body, signatures)) {
      return refused(`${RESEND} is there, and ${RESEND_SIGNATURE} does not sign it`);
    }
  }
  return { valid: true, senderId, resendId };
}

const LABELS = {
  zendesk: 'Zendesk',
  standard_webhooks: 'Standard Webhooks',
  svix: 'Svix',
} as const;

const refused = (explanation: string): Refused => ({ valid: false, explanation });

const idRule = (name: string) => `${name} must be one id of 1 to 255 visible ASCII characters`;

const prefixRule = ({ id }: SchemeHeaders) =>
  `${id} must not begin with "${RESEND_PREFIX}": the signature of a resend does`;

const timeRule = ({ timestamp }: SchemeHeaders, isZendesk: boolean) =>
  isZendesk
    ? `${timestamp} is not a time such as 2026-01-31T12:00:00Z`
    : `${timestamp} is not a number of seconds since 1970`;

const signatureRule = ({ signature }: SchemeHeaders, isZendesk: boolean) =>
  isZendesk
    ? `${signature} is not the base64 text of 32 bytes: 44 characters with a = at the end`
    : `${signature} has no part "v1," with the base64 text of 32 bytes`;

const zendeskMs = (text: string) => (TIME.test(text) ? Date.parse(text) : Number.NaN);
const standardMs = (text: string) => (SECONDS.test(text) ? Number(text) * 1_000 : Number.NaN);

const versionOne = (text: string) =>
  text.split(' ').flatMap((part) => (part.startsWith('v1,') ? [part.slice('v1,'.length)] : []));

/** Compares every key with every signature: which of them fits must not show in the time. */
function isSigned(
  keys: readonly KeyObject[],
  head: string,
  body: Buffer,
  given: readonly Buffer[],
): boolean {
  let fits = 0;
  for (const key of keys) {
    const mac = createHmac('sha256', key).update(head).update(body).digest();
    for (const one of given) if (timingSafeEqual(one, mac)) fits++;
  }
  return fits > 0;
}
