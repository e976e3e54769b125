import { createHmac, type KeyObject, sign as signWithKey } from 'node:crypto';
import type { HeaderList } from '../../http-client/header-list.ts';
import type { SignatureVersion } from '../../model/rules.ts';
import type { PreviousSecret, Target } from '../../model/webhook.ts';
import { ed25519Key } from '../../secrets/ed25519-key.ts';
import { standardKey } from './standard-key.ts';

interface Keys {
  readonly current: KeyObject;
  readonly previous: { readonly key: KeyObject; readonly untilMs: number } | undefined;
}

interface AllKeys {
  readonly v1: Keys;
  /** Undefined where the target has none: a test to another origin has no key of the webhook. */
  readonly v1a: Keys | undefined;
}

// A changed webhook is a new object, so it never uses keys made for the old one.
const known = new WeakMap<Target, AllKeys>();

const V1: readonly SignatureVersion[] = ['v1'];

/**
 * The three headers of Standard Webhooks. Unlike for the Zendesk header, the key of `v1` is the decoded
 * secret: a receiver configures `whsec_` and the secret's text. `v1a` is ed25519 over the same text. While
 * a previous secret or key is valid, both sign, the new one first, so that receivers can switch one by one.
 */
export function standardHeaders(
  target: Target,
  id: string,
  nowMs: number,
  body: Uint8Array,
  versions = V1,
): HeaderList {
  let keys = known.get(target);
  if (keys === undefined) {
    keys = keysOf(target);
    known.set(target, keys);
  }
  const { v1, v1a } = keys;
  const timestamp = String(Math.floor(nowMs / 1_000));
  const head = `${id}.${timestamp}.`;
  const signatures: string[] = [];
  if (v1a === undefined || versions.includes('v1')) {
    for (const key of valid(v1, nowMs)) {
      signatures.push(`v1,${createHmac('sha256', key).update(head).update(body).digest('base64')}`);
    }
  }
  if (v1a !== undefined && versions.includes('v1a')) {
    // Ed25519 reads its message twice, so there is no way to sign it in parts.
    const message = Buffer.concat([Buffer.from(head), body]);
    for (const key of valid(v1a, nowMs)) {
      signatures.push(`v1a,${signWithKey(null, message, key).toString('base64')}`);
    }
  }
  return [
    'webhook-id',
    id,
    'webhook-timestamp',
    timestamp,
    'webhook-signature',
    signatures.join(' '),
  ];
}

function valid({ current, previous }: Keys, nowMs: number): KeyObject[] {
  return previous !== undefined && nowMs < previous.untilMs ? [current, previous.key] : [current];
}

function keysOf({ previousSecret, signingKeys, signingSecret }: Target): AllKeys {
  const pair = (
    current: string,
    previous: PreviousSecret | undefined,
    keyOf: (text: string) => KeyObject,
  ): Keys => ({
    current: keyOf(current),
    previous: previous && { key: keyOf(previous.text), untilMs: previous.until.getTime() },
  });
  return {
    v1: pair(signingSecret, previousSecret, standardKey),
    v1a: signingKeys && pair(signingKeys.current, signingKeys.previous, ed25519Key),
  };
}
