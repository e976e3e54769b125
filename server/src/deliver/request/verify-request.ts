import {
  createHmac,
  createPublicKey,
  createSecretKey,
  type KeyObject,
  timingSafeEqual,
  verify,
} from 'node:crypto';
import { showDuration } from '../../model/show-duration.ts';
import type { PreviousSecret, Target } from '../../model/webhook.ts';
import { ed25519Key } from '../../secrets/ed25519-key.ts';
import { standardKey } from './standard-key.ts';

/** The ways in which deliveries are signed. */
export const SIGNATURE_SCHEMES = ['zendesk', 'standard_webhooks', 'standard_webhooks_v1a'] as const;
export type SignatureScheme = (typeof SIGNATURE_SCHEMES)[number];

/** Why a signature is not valid. */
export const SIGNATURE_REASONS = ['missing', 'malformed', 'mismatch'] as const;
export type SignatureReason = (typeof SIGNATURE_REASONS)[number];

/** Whether one signature of a request is ours. */
export interface VerifiedSignature {
  readonly scheme: SignatureScheme;
  readonly valid: boolean;
  /** Which secret, or key, it is by; undefined: by none. */
  readonly secret: 'current' | 'previous' | undefined;
  readonly reason: SignatureReason | undefined;
  readonly signedAt: Date | undefined;
  /** In words, for people. */
  readonly explanation: string;
}

type Signer = Pick<Target, 'signingSecret' | 'previousSecret' | 'signingKeys'>;

interface Received {
  /** By name, in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

/** What receivers accept by the SDK and by the libraries of Standard Webhooks. */
const TOLERANCE_MS = 5 * 60_000;

/** The base64 text of 32 bytes. */
const MAC = /^[A-Za-z\d+/]{43}=$/;

/** The base64 text of 64 bytes: an ed25519 signature. */
const ED25519 = /^[A-Za-z\d+/]{86}==$/;

/** Deliveries have no more. Each costs a hash of the body, for each key and each altered body. */
const MOST_ED25519 = 2;

/** Seconds since 1970, up to the year 2286. */
const SECONDS = /^\d{1,10}$/;

/**
 * Says of a request that somebody received whether it is signed by a webhook, in each scheme whose
 * signature it has, and why not. Signatures are compared in constant time, and the answer holds nothing of a
 * secret. Age does not make a signature invalid here: people paste what arrived hours ago.
 */
export function verifyRequest(
  signer: Signer,
  { body, headers }: Received,
  nowMs: number,
): VerifiedSignature[] {
  const has = (name: string) => headers.has(name);
  const found: VerifiedSignature[] = [];
  const isStandard = has('webhook-signature') || has('webhook-id') || has('webhook-timestamp');
  const isZendesk =
    has('x-zendesk-webhook-signature') || has('x-zendesk-webhook-signature-timestamp');
  if (isZendesk || !isStandard) found.push(verifyZendesk(signer, headers, body, nowMs));
  const given = (headers.get('webhook-signature') ?? '').split(' ');
  const hasKeySignature = given.some((part) => part.startsWith('v1a,'));
  if (isStandard && (!hasKeySignature || given.some((part) => part.startsWith('v1,')))) {
    found.push(verifyStandard(signer, headers, body, nowMs));
  }
  if (hasKeySignature) found.push(verifyKeySignature(signer, headers, body, nowMs));
  return found;
}

function verifyZendesk(
  signer: Signer,
  headers: Received['headers'],
  body: Buffer,
  nowMs: number,
): VerifiedSignature {
  const scheme = 'zendesk';
  const [signatureName, timestampName] = [
    'X-Zendesk-Webhook-Signature',
    'X-Zendesk-Webhook-Signature-Timestamp',
  ];
  const missing = missingOf(headers, [signatureName, timestampName]);
  if (missing !== undefined) return refused(scheme, 'missing', missing);
  const signature = headers.get(signatureName.toLowerCase()) as string;
  const timestamp = headers.get(timestampName.toLowerCase()) as string;
  const signedMs = Date.parse(timestamp);
  if (Number.isNaN(signedMs)) {
    const rule = 'is not a time such as 2026-01-31T12:00:00Z';
    return refused(scheme, 'malformed', `${timestampName} ${rule}`);
  }
  if (!MAC.test(signature)) {
    return refused(
      scheme,
      'malformed',
      `${signatureName} is not the base64 text of 32 bytes: 44 characters with a = at the end`,
    );
  }
  return compared(signer, {
    scheme,
    signedMs,
    nowMs,
    macs: [signature],
    keyOf: (secret) => createSecretKey(secret, 'utf8'),
    head: timestamp,
    body,
  });
}

function verifyStandard(
  signer: Signer,
  headers: Received['headers'],
  body: Buffer,
  nowMs: number,
): VerifiedSignature {
  const scheme = 'standard_webhooks';
  const stamp = stampOf(scheme, headers);
  if ('reason' in stamp) return stamp;
  const { head, parts, signedMs } = stamp;
  const macs = parts
    .flatMap((part) => (part.startsWith('v1,') ? [part.slice('v1,'.length)] : []))
    .filter((mac) => MAC.test(mac));
  if (macs.length === 0) {
    const rule = 'has no part "v1," with the base64 text of 32 bytes';
    return refused(scheme, 'malformed', `webhook-signature ${rule}`);
  }
  return compared(signer, {
    scheme,
    signedMs,
    nowMs,
    macs,
    keyOf: standardKey,
    head,
    body,
  });
}

function verifyKeySignature(
  { signingKeys }: Signer,
  headers: Received['headers'],
  body: Buffer,
  nowMs: number,
): VerifiedSignature {
  const scheme = 'standard_webhooks_v1a';
  const stamp = stampOf(scheme, headers);
  if ('reason' in stamp) return stamp;
  const { head, parts, signedMs } = stamp;
  const given = parts
    .flatMap((part) => (part.startsWith('v1a,') ? [part.slice('v1a,'.length)] : []))
    .filter((signature) => ED25519.test(signature))
    .slice(0, MOST_ED25519)
    .map((signature) => Buffer.from(signature, 'base64'));
  if (given.length === 0) {
    const rule = 'has no part "v1a," with the base64 text of 64 bytes';
    return refused(scheme, 'malformed', `webhook-signature ${rule}`);
  }
  if (signingKeys === undefined) {
    const explanation = 'The webhook has no key pair, so this is the signature of another sender';
    return { ...refused(scheme, 'mismatch', explanation), signedAt: new Date(signedMs) };
  }
  const keys = validOf(signingKeys.current, signingKeys.previous, nowMs).map(
    ([which, key]) => [which, createPublicKey(ed25519Key(key))] as const,
  );
  const keyOf = (signed: Buffer) => {
    const message = Buffer.concat([Buffer.from(head), signed]);
    return keys.find(([, key]) => given.some((one) => verify(null, message, key, one)))?.[0];
  };
  return judged({ scheme, signedMs, nowMs, body, secretOf: keyOf, what: 'key' });
}

/** What both signatures of Standard Webhooks need of the headers, or what is wrong with those. */
function stampOf(scheme: SignatureScheme, headers: Received['headers']) {
  const missing = missingOf(headers, ['webhook-id', 'webhook-timestamp', 'webhook-signature']);
  if (missing !== undefined) return refused(scheme, 'missing', missing);
  const timestamp = headers.get('webhook-timestamp') as string;
  if (!SECONDS.test(timestamp)) {
    return refused(scheme, 'malformed', 'webhook-timestamp is not a number of seconds since 1970');
  }
  return {
    signedMs: Number(timestamp) * 1_000,
    parts: (headers.get('webhook-signature') as string).split(' '),
    head: `${headers.get('webhook-id')}.${timestamp}.`,
  };
}

function validOf(current: string, previous: PreviousSecret | undefined, nowMs: number) {
  return [
    ['current', current],
    ...(previous !== undefined && previous.until.getTime() > nowMs
      ? ([['previous', previous.text]] as const)
      : []),
  ] as const;
}

interface Comparison {
  readonly scheme: SignatureScheme;
  readonly signedMs: number;
  readonly nowMs: number;
  readonly macs: readonly string[];
  readonly keyOf: (secret: string) => KeyObject;
  /** What is signed before the body. */
  readonly head: string;
  readonly body: Buffer;
}

function compared({ previousSecret, signingSecret }: Signer, given: Comparison): VerifiedSignature {
  const { head, keyOf, macs, nowMs } = given;
  const secrets = validOf(signingSecret, previousSecret, nowMs);
  const given32 = macs.map((mac) => Buffer.from(mac, 'base64'));
  const secretOf = (body: Buffer): 'current' | 'previous' | undefined => {
    const by = secrets.filter(([, secret]) => {
      const mac = createHmac('sha256', keyOf(secret)).update(head).update(body).digest();
      // Each is compared: which of them fits must not show in the time.
      return given32.filter((one) => timingSafeEqual(one, mac)).length > 0;
    });
    return by[0]?.[0];
  };
  return judged({ ...given, secretOf, what: 'secret' });
}

interface Judged extends Pick<Comparison, 'scheme' | 'signedMs' | 'nowMs' | 'body'> {
  /** Which secret or key signed such a body. */
  readonly secretOf: (body: Buffer) => 'current' | 'previous' | undefined;
  readonly what: 'secret' | 'key';
}

function judged({ body: received, nowMs, scheme, secretOf, signedMs, what: kind }: Judged) {
  const signedAt = new Date(signedMs);
  const secret = secretOf(received);
  if (secret !== undefined) {
    const replaced = secret === 'previous' ? ', which was replaced' : '';
    const explanation = `It is signed with the ${secret} ${kind}${replaced}.${agedNote(signedMs, nowMs)}`;
    return { scheme, valid: true, secret, reason: undefined, signedAt, explanation };
  }
  for (const [what, body] of alterations(received)) {
    if (secretOf(body) === undefined) continue;
    const explanation = `It is the signature of another body: ${what}. The signed bytes are exactly those that were sent.`;
    return { ...refused(scheme, 'mismatch', explanation), signedAt };
  }
  const explanation = `Body, timestamp or ${kind} differ from what was signed. Check that the body is exactly what arrived, not parsed and written again, and that it belongs to these headers and to this webhook.`;
  return { ...refused(scheme, 'mismatch', explanation), signedAt };
}

/** What pasting and frameworks do to bodies most often. */
function alterations(body: Buffer): [what: string, body: Buffer][] {
  const text = body.toString('utf8');
  const changed: [string, string][] = [
    ['this one without the line break at its end', text.replace(/\r?\n$/, '')],
    ['this one with a line break at its end', `${text}\n`],
    ['this one without white space around it', text.trim()],
    ['this one with \\n in place of \\r\\n', text.replaceAll('\r\n', '\n')],
  ];
  try {
    changed.push(['this JSON without white space', JSON.stringify(JSON.parse(text))]);
  } catch {
    // No JSON.
  }
  return changed.flatMap(([what, each]) => (each === text ? [] : [[what, Buffer.from(each)]]));
}

function agedNote(signedMs: number, nowMs: number): string {
  const ageMs = nowMs - signedMs;
  if (Math.abs(ageMs) <= TOLERANCE_MS) return '';
  const when = ageMs > 0 ? `${showDuration(ageMs)} old` : `${showDuration(-ageMs)} in the future`;
  return ` Its timestamp is ${when}: a receiver that accepts 5 minutes refuses it now.`;
}

/** Names in their usual case. */
function missingOf(headers: Received['headers'], names: readonly string[]): string | undefined {
  const missing = names.filter((name) => (headers.get(name.toLowerCase()) ?? '') === '');
  return missing.length === 0 ? undefined : `${missing.join(' and ')} missing`;
}

const refused = (
  scheme: SignatureScheme,
  reason: SignatureReason,
  explanation: string,
): VerifiedSignature => ({
  scheme,
  valid: false,
  secret: undefined,
  reason,
  signedAt: undefined,
  explanation: /[.]$/.test(explanation) ? explanation : `${explanation}.`,
});
