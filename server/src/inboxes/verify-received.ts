import { createHmac, createSecretKey, type KeyObject, timingSafeEqual, verify } from 'node:crypto';
import { standardKey } from '../deliver/request/standard-key.ts';
import type { Inbox } from '../model/inbox.ts';
import { ownHeader } from '../model/own-header.ts';
import { showDuration } from '../model/show-duration.ts';
import { ed25519PublicKey } from '../secrets/ed25519-public-key.ts';
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

/** The base64 text of 64 bytes. */
const ED25519 = /^[A-Za-z\d+/]{86}==$/;

const PAIR = 'v1a,';

/** Signatures of one request that are compared: senders sign with two secrets while they change them. */
const MOST_MACS = 10;

/** The same with a key pair, of which each costs 0.1 ms for each key: of ten secrets 4 ms. */
const MOST_PAIRS = 4;

/** A request with the headers of both schemes signs its resend for each. */
const MOST_RESEND_MACS = 2;

/** What verifies: secrets, and the public keys of pairs. */
interface Keys {
  readonly macs: readonly KeyObject[];
  readonly pairs: readonly KeyObject[];
}

interface Signatures {
  readonly macs: readonly Buffer[];
  readonly pairs: readonly Buffer[];
}

/** Seconds since 1970, up to the year 2286. */
const SECONDS = /^\d{1,10}$/;

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;

/** An id, which becomes part of a key that is stored. */
const ID = /^[!-~]{1,255}$/;

/**
 * Verifies a request by the scheme of its inbox, over the raw bytes. Every secret is compared with every
 * signature, in constant time. It is signed by Zendesk as `timestamp + body`, by Standard Webhooks and Svix as
 * `id.timestamp.body`, with a secret (`v1`) or a key pair (`v1a`); a resend has a second signature of its own,
 * because Zendesk's covers no header (spec/contract.md, "Inboxes").
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
  const text = textOf(names.signature);
  const given = isZendesk
    ? { macs: [text].filter((mac) => MAC.test(mac)).map(bytesOf), pairs: [] }
    : signaturesIn(text.split(' '), 'v1,');
  if (given.macs.length + given.pairs.length === 0) return refused(signatureRule(names, isZendesk));
  if (given.macs.length > MOST_MACS) {
    return refused(`${names.signature} has more than ${MOST_MACS} signatures`);
  }
  if (given.pairs.length > MOST_PAIRS) {
    return refused(`${names.signature} has more than ${MOST_PAIRS} v1a signatures`);
  }

  const keys = keysOf(inbox);
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
    const parts = textOf(RESEND_SIGNATURE).split(' ');
    const resendHead = `${RESEND_PREFIX}${resendId}.${senderId ?? ''}.${timestamp}.`;
    const signatures = signaturesIn(parts, '');
    const isWellFormed =
      signatures.macs.length + signatures.pairs.length === parts.length &&
      signatures.macs.length <= MOST_RESEND_MACS &&
      signatures.pairs.length <= MOST_PAIRS;
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
    : `${signature} has no part "v1," with the base64 text of 32 bytes, or "v1a," with that of 64`;

const zendeskMs = (text: string) => (TIME.test(text) ? Date.parse(text) : Number.NaN);
const standardMs = (text: string) => (SECONDS.test(text) ? Number(text) * 1_000 : Number.NaN);

const bytesOf = (text: string) => Buffer.from(text, 'base64');

/** The signatures among the parts of a header; others are of versions that this does not know. */
function signaturesIn(parts: readonly string[], prefix: 'v1,' | ''): Signatures {
  const after = (start: string, form: RegExp) =>
    parts
      .filter((part) => part.startsWith(start) && form.test(part.slice(start.length)))
      .map((part) => bytesOf(part.slice(start.length)));
  return { macs: after(prefix, MAC), pairs: after(PAIR, ED25519) };
}

/** A public key verifies `v1a` alone: whoever knows it could make a `v1` with it. */
function keysOf({ scheme, secrets }: Inbox): Keys {
  if (scheme === 'zendesk') {
    return { macs: secrets.map((secret) => createSecretKey(secret, 'utf8')), pairs: [] };
  }
  const macs: KeyObject[] = [];
  const pairs: KeyObject[] = [];
  for (const secret of secrets) {
    const key = ed25519PublicKey(secret);
    if (key === undefined) macs.push(standardKey(secret));
    else pairs.push(key);
  }
  return { macs, pairs };
}

/** Compares every key with every signature: which of them fits must not show in the time. */
function isSigned(keys: Keys, head: string, body: Buffer, given: Signatures): boolean {
  let fits = 0;
  for (const key of keys.macs) {
    const mac = createHmac('sha256', key).update(head).update(body).digest();
    for (const one of given.macs) if (timingSafeEqual(one, mac)) fits++;
  }
  if (keys.pairs.length > 0 && given.pairs.length > 0) {
    const message = Buffer.concat([Buffer.from(head), body]);
    for (const key of keys.pairs) {
      for (const one of given.pairs) if (verify(null, message, key, one)) fits++;
    }
  }
  return fits > 0;
}
