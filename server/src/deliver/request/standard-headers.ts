import { createHmac, type KeyObject } from 'node:crypto';
import type { HeaderList } from '../../http-client/header-list.ts';
import type { Target } from '../../model/webhook.ts';
import { standardKey } from './standard-key.ts';

interface Keys {
  readonly current: KeyObject;
  readonly previous: { readonly key: KeyObject; readonly untilMs: number } | undefined;
}

// A changed webhook is a new object, so it never uses keys made for the old one.
const known = new WeakMap<Target, Keys>();

/**
 * The three headers of Standard Webhooks. Unlike for the Zendesk header, the key is the decoded
 * secret: a receiver configures `whsec_` and the secret's text. While the previous secret is valid,
 * both sign, the new one first, so that receivers can switch one by one.
 */
export function standardHeaders(
  target: Target,
  id: string,
  nowMs: number,
  body: Uint8Array,
): HeaderList {
  let keys = known.get(target);
  if (keys === undefined) {
    keys = keysOf(target);
    known.set(target, keys);
  }
  const { current, previous } = keys;
  const timestamp = String(Math.floor(nowMs / 1_000));
  const sign = (key: KeyObject): string =>
    `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64')}`;
  const signatures = [sign(current)];
  if (previous !== undefined && nowMs < previous.untilMs) signatures.push(sign(previous.key));
  return [
    'webhook-id',
    id,
    'webhook-timestamp',
    timestamp,
    'webhook-signature',
    signatures.join(' '),
  ];
}

function keysOf({ signingSecret, previousSecret }: Target): Keys {
  return {
    current: standardKey(signingSecret),
    previous: previousSecret && {
      key: standardKey(previousSecret.text),
      untilMs: previousSecret.until.getTime(),
    },
  };
}
