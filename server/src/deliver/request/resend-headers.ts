import { createHmac, sign as signWithKey } from 'node:crypto';
import type { HeaderList } from '../../http-client/header-list.ts';
import { ed25519Key } from '../../secrets/ed25519-key.ts';
import type { Delivery } from './delivery.ts';
import { standardKey } from './standard-key.ts';

/**
 * Says that a request is a resend, and signs that: no other signature covers these headers (spec/contract.md,
 * "Inboxes"). A request with the headers of both schemes has one signature for each, and one for each key pair
 * with which it is signed.
 */
export function resendHeaders(
  { invocationId, nowMs, signatures: versions, standardWebhooks, target }: Delivery,
  resendId: string,
  timestamp: string,
  body: Uint8Array,
  sign: (text: string, body: Uint8Array) => string,
): HeaderList {
  const signatures = [sign(`resend.${resendId}.${invocationId}.${timestamp}.`, body)];
  if (standardWebhooks) {
    const text = `resend.${resendId}.${invocationId}.${Math.floor(nowMs / 1_000)}.`;
    const key = standardKey(target.signingSecret);
    signatures.push(createHmac('sha256', key).update(text).update(body).digest('base64'));
    if (target.signingKeys !== undefined && versions?.includes('v1a')) {
      const { current, previous } = target.signingKeys;
      const isKept = previous !== undefined && nowMs < previous.until.getTime();
      const message = Buffer.concat([Buffer.from(text), body]);
      for (const one of isKept ? [current, previous.text] : [current]) {
        signatures.push(`v1a,${signWithKey(null, message, ed25519Key(one)).toString('base64')}`);
      }
    }
  }
  return ['X-Hooktrail-Resend', resendId, 'X-Hooktrail-Resend-Signature', signatures.join(' ')];
}
