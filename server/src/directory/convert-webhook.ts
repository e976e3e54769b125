import type { Authentication, ClientCertificate, SigningKeys, Webhook } from '../model/webhook.ts';
import type { WebhookRow } from '../model/webhook-row.ts';
import type { SecretBox } from '../secrets/secret-box.ts';

/** Converts a row to a webhook, opening its secrets. */
export function webhookFromRow(row: WebhookRow, secrets: SecretBox): Webhook {
  return {
    id: row.id,
    accountId: row.account_id,
    name: row.name,
    description: row.description ?? undefined,
    status: row.status,
    subscriptions: row.subscriptions,
    endpoint: row.endpoint,
    httpMethod: row.http_method,
    requestFormat: row.request_format,
    authentication:
      row.authentication === null
        ? undefined
        : (JSON.parse(secrets.open(row.authentication)) as Authentication),
    customHeaders: customHeaders(row, secrets),
    clientCertificate:
      row.client_certificate === null
        ? undefined
        : (JSON.parse(secrets.open(row.client_certificate)) as ClientCertificate),
    externalSource: row.external_source ?? undefined,
    signingSecret: secrets.open(row.signing_secret),
    createdAt: row.created_at,
    createdBy: row.created_by,
    updatedAt: row.updated_at ?? undefined,
    updatedBy: row.updated_by ?? undefined,
    ownRules: row.delivery ?? undefined,
    paused: row.paused_at === null ? undefined : { at: row.paused_at, by: row.paused_by ?? '' },
    previousSecret:
      row.previous_secret === null || row.previous_secret_until === null
        ? undefined
        : { text: secrets.open(row.previous_secret), until: row.previous_secret_until },
    signingKeys: row.signing_keys === null ? undefined : keysOf(secrets.open(row.signing_keys)),
  };
}

/** Converts a webhook to a row, sealing its secrets. */
export function rowFromWebhook(webhook: Webhook, secrets: SecretBox): WebhookRow {
  return {
    id: webhook.id,
    account_id: webhook.accountId,
    name: webhook.name,
    description: webhook.description ?? null,
    status: webhook.status,
    subscriptions: webhook.subscriptions,
    endpoint: webhook.endpoint,
    http_method: webhook.httpMethod,
    request_format: webhook.requestFormat,
    authentication:
      webhook.authentication === undefined
        ? null
        : secrets.seal(JSON.stringify(webhook.authentication)),
    custom_headers: null,
    sealed_headers:
      webhook.customHeaders === undefined
        ? null
        : secrets.seal(JSON.stringify(webhook.customHeaders)),
    client_certificate:
      webhook.clientCertificate === undefined
        ? null
        : secrets.seal(JSON.stringify(webhook.clientCertificate)),
    external_source: webhook.externalSource ?? null,
    signing_secret: secrets.seal(webhook.signingSecret),
    created_at: webhook.createdAt,
    created_by: webhook.createdBy,
    updated_at: webhook.updatedAt ?? null,
    updated_by: webhook.updatedBy ?? null,
    delivery: webhook.ownRules ?? null,
    paused_at: webhook.paused?.at ?? null,
    paused_by: webhook.paused?.by ?? null,
    previous_secret:
      webhook.previousSecret === undefined ? null : secrets.seal(webhook.previousSecret.text),
    previous_secret_until: webhook.previousSecret?.until ?? null,
    signing_keys:
      webhook.signingKeys === undefined ? null : secrets.seal(JSON.stringify(webhook.signingKeys)),
  };
}

function keysOf(text: string): SigningKeys {
  const { current, previous } = JSON.parse(text) as {
    readonly current: string;
    readonly previous?: { readonly text: string; readonly until: string };
  };
  return {
    current,
    previous: previous && { text: previous.text, until: new Date(previous.until) },
  };
}

/** Unencrypted headers count: an older node wrote them last. */
function customHeaders(row: WebhookRow, secrets: SecretBox): Webhook['customHeaders'] {
  if (row.custom_headers !== null) return row.custom_headers;
  if (row.sealed_headers === null) return undefined;
  return JSON.parse(secrets.open(row.sealed_headers)) as Record<string, string>;
}
