import type { Authentication, Webhook } from '../../model/webhook.ts';
import { maskedUrl } from '../../secrets/masked-url.ts';
import { type Audited, Hidden } from './changes-between.ts';

/**
 * The fields of a webhook for the audit. Besides secrets it hides header values and the query of
 * the endpoint, because people put keys there and the audit outlives the webhook, and the token of an
 * inbox in its path.
 */
export function auditedWebhook(webhook: Webhook): Audited {
  const [address, query] = cut(webhook.endpoint);
  const shown = maskedUrl(address);
  return {
    name: webhook.name,
    description: webhook.description,
    status: webhook.status,
    subscriptions: webhook.subscriptions,
    endpoint: shown,
    // So that another token is a change, too.
    'endpoint token': shown === address ? undefined : hidden(address),
    'endpoint query': hidden(query),
    http_method: webhook.httpMethod,
    request_format: webhook.requestFormat,
    authentication: webhook.authentication && described(webhook.authentication),
    'authentication secret': hidden(webhook.authentication && secretOf(webhook.authentication)),
    ...headers(webhook.customHeaders),
    client_certificate: hidden(webhook.clientCertificate),
    external_source: hidden(webhook.externalSource),
    delivery: webhook.ownRules,
    paused: webhook.paused && {
      at: webhook.paused.at.toISOString(),
      by: webhook.paused.by,
    },
    signing_secret: hidden(webhook.signingSecret),
    previous_secret: hidden(webhook.previousSecret?.text),
    signing_keys: hidden(webhook.signingKeys),
  };
}

function hidden(value: unknown): Hidden | undefined {
  return value === undefined ? undefined : new Hidden(value);
}

function cut(endpoint: string): [string, string | undefined] {
  const mark = endpoint.indexOf('?');
  return mark === -1 ? [endpoint, undefined] : [endpoint.slice(0, mark), endpoint.slice(mark)];
}

function described({ type, data, addPosition }: Authentication): object {
  switch (type) {
    case 'basic_auth':
      return { type, username: data.username };
    case 'bearer_token':
      return { type };
    case 'api_key':
      return { type, name: data.name, add_position: addPosition };
  }
}

function secretOf({ type, data }: Authentication): string {
  switch (type) {
    case 'basic_auth':
      return data.password;
    case 'bearer_token':
      return data.token;
    case 'api_key':
      return data.value;
  }
}

function headers(custom: Webhook['customHeaders']): Record<string, Hidden> {
  return Object.fromEntries(
    Object.entries(custom ?? {}).map(([name, value]) => [
      `custom_headers.${name}`,
      new Hidden(value),
    ]),
  );
}
