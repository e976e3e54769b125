import type {
  EndpointRequest,
  EndpointResponse,
  HeaderEntry,
  Webhook,
  WebhookInvocationAttempt,
} from '@hooktrail/sdk';
import { createMasker } from '@hooktrail/server/create-masker';
import { maskedWebhook } from '@hooktrail/server/masked-webhook';

/** Masks what is kept of an account, by the rules of sources. */
export interface RowMasks {
  attempt(attempt: WebhookInvocationAttempt): WebhookInvocationAttempt;
  webhook(webhook: Webhook): Webhook;
}

interface Names {
  readonly maskHeaders?: readonly string[];
  readonly maskFields?: readonly string[];
}

/** Makes the masks of a run. */
export function createRowMasks({ maskFields = [], maskHeaders = [] }: Names): RowMasks {
  const masker = createMasker(
    { enabled: true, headers: maskHeaders, fields: maskFields },
    // Only a source that masks nothing seals: day files have no key.
    { seal: (text) => text },
  );
  const headersOf = (list: readonly HeaderEntry[]): HeaderEntry[] => {
    const flat = masker.headers(list.flatMap(({ key, value }) => [String(key), String(value)]));
    return list.map(({ key }, index) => ({ key, value: flat[2 * index + 1] as string }));
  };
  function masked<Part extends EndpointRequest | EndpointResponse>(
    part: Part | undefined,
  ): Part | undefined {
    if (part === undefined) return undefined;
    const { headers, payload } = part;
    return {
      ...part,
      ...(Array.isArray(headers) && { headers: headersOf(headers) }),
      ...(typeof payload === 'string' && { payload: masker.body(payload).text }),
    };
  }
  return {
    attempt(attempt) {
      const request = masked(attempt.request);
      const response = masked(attempt.response);
      return {
        ...attempt,
        ...(typeof attempt.url === 'string' && { url: masker.url(attempt.url) }),
        ...(request !== undefined && { request }),
        ...(response !== undefined && { response }),
      };
    },

    webhook(webhook) {
      const { customHeaders, endpoint, externalSource } = webhook;
      return {
        ...webhook,
        ...maskedWebhook({ endpoint: String(endpoint), customHeaders, externalSource }),
      } as Webhook;
    },
  };
}
