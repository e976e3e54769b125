import { createHmac } from 'node:crypto';
import type { RemoteAccount } from './remote-account.ts';
import { createRemoteIds } from './remote-ids.ts';

/**
 * What happens to an invocation between the double and the address of its webhook, and what the double lists of it:
 * it arrives; it is lost behind a proxy that answers 2xx; it arrives and the answer is lost; it never gets
 * there; it is held back; it arrives and is not listed; a first attempt is lost and a second one arrives; it
 * arrives twice.
 */
export const FATES = [
  'arrives',
  'is lost',
  'loses its answer',
  'fails',
  'is held back',
  'is not listed',
  'is retried',
  'arrives twice',
] as const;
export type Fate = (typeof FATES)[number];

interface Options {
  readonly account: RemoteAccount;
  readonly seed: number;
  readonly nowMs: () => number;
}

interface Sent {
  readonly webhookId: string;
  /** When the invocation was created; now by default. */
  readonly createdMs?: number;
  /** From when on the double lists it; now by default. */
  readonly listedAtMs?: number;
  /** Of any form, in place of a ULID. */
  readonly id?: string;
}

/** Sends what the webhooks of a double invoke, signed as Zendesk does, through a path that loses some of it. */
export class LossySender {
  readonly #options: Options;
  readonly #newId: (atMs: number) => string;

  constructor(options: Options) {
    this.#options = options;
    this.#newId = createRemoteIds(options.seed, 'sent');
  }

  /** Resolves to the id of the invocation. @throws Error where the address refuses it */
  async send(fate: Fate, { createdMs, id, listedAtMs, webhookId }: Sent): Promise<string> {
    const { account, nowMs } = this.#options;
    const atMs = createdMs ?? nowMs();
    const invocationId = id ?? this.#newId(atMs);
    const { webhook } = account.state(webhookId);
    const body = JSON.stringify({ ticket: invocationId });
    const deliver = () => post(webhook.endpoint, this.#signed(webhookId, invocationId, body), body);
    if (fate === 'arrives twice') await deliver();
    if (ARRIVING.includes(fate)) await deliver();
    const row = {
      id: invocationId,
      completedAtMs: atMs + 1_000,
      ...(listedAtMs !== undefined && { listedAtMs }),
    };
    const success = { ...row, status: 'success', statusCode: 200 };
    switch (fate) {
      case 'is not listed':
        break;
      case 'loses its answer':
        account.addRows(webhookId, [{ ...row, status: 'timeout' }]);
        break;
      case 'fails':
        account.addRows(webhookId, [{ ...row, status: 'server error', statusCode: 502 }]);
        break;
      case 'is held back':
        account.addRows(webhookId, [{ ...row, status: 'circuit broken', sent: false }]);
        break;
      case 'is retried':
        account.addRows(webhookId, [
          { ...row, status: 'throttled', sent: false },
          { ...success, completedAtMs: atMs + 9_000 },
        ]);
        break;
      default:
        account.addRows(webhookId, [success]);
    }
    return invocationId;
  }

  #signed(webhookId: string, invocationId: string, body: string): Record<string, string> {
    const timestamp = new Date(this.#options.nowMs()).toISOString().replace(/\.\d+/, '');
    const { secret } = this.#options.account.state(webhookId);
    return {
      'content-type': 'application/json; charset=utf-8',
      'user-agent': 'Zendesk Webhook',
      'x-zendesk-account-id': '387787462734',
      'x-zendesk-webhook-id': webhookId,
      'x-zendesk-webhook-invocation-id': invocationId,
      'x-zendesk-webhook-signature-timestamp': timestamp,
      'x-zendesk-webhook-signature': createHmac('sha256', secret)
        .update(timestamp + body)
        .digest('base64'),
    };
  }
}

const ARRIVING: readonly Fate[] = [
  'arrives',
  'loses its answer',
  'is not listed',
  'is retried',
  'arrives twice',
];

async function post(url: string, headers: Record<string, string>, body: string): Promise<void> {
  const answer = await fetch(url, { method: 'POST', headers, body });
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`${url} answers ${answer.status}: ${text}`);
}
