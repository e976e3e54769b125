import { createHmac } from 'node:crypto';
import type { HeaderList } from '../../http-client/header-list.ts';
import type { Delivery } from './delivery.ts';
import { standardKey } from './standard-key.ts';

/**
 * Says that a request is a resend, and signs that: no other signature covers these headers (spec/contract.md,
 * "Inboxes"). A request with the headers of both schemes has one signature for each.
 */
export function resendHeaders(
  { invocationId, nowMs, standardWebhooks, target }: Delivery,
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
  }
  return ['X-Hooktrail-Resend', resendId, 'X-Hooktrail-Resend-Signature', signatures.join(' ')];
}
