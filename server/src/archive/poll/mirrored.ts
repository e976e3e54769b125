import type { Webhook } from '@hooktrail/sdk';
import type { MirroredWebhook } from '../../sql/mirror-webhooks.ts';
import type { Masker } from '../masking/create-masker.ts';
import { cleanText } from '../remote/clean-text.ts';

const MOST_TEXT = 255;
const MOST_URL = 4_096;
const MOST_SUBSCRIPTIONS = 500;

/** A webhook of a source as it is stored. The query of an endpoint may be a key: a masker takes it away. */
export function mirrored(
  { endpoint, httpMethod, id, name, requestFormat, status, subscriptions }: Webhook,
  ownId: string,
  masker: Masker | undefined,
): Omit<MirroredWebhook, 'inboxId'> {
  const url = textOf(endpoint, MOST_URL);
  return {
    id: ownId,
    remoteId: textOf(id) ?? '',
    name: textOf(name) ?? '',
    status: textOf(status),
    endpoint: url === null || masker === undefined ? url : masker.url(url),
    httpMethod: textOf(httpMethod),
    requestFormat: textOf(requestFormat),
    subscriptions: Array.isArray(subscriptions)
      ? JSON.stringify(
          subscriptions.slice(0, MOST_SUBSCRIPTIONS).flatMap((one) => textOf(one) ?? []),
        )
      : null,
  };
}

function textOf(value: unknown, most = MOST_TEXT): string | null {
  return typeof value === 'string' ? cleanText(value, most) : null;
}
