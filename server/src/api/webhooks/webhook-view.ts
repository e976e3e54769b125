import type { Role } from '../../model/account.ts';
import type { Authentication, Webhook } from '../../model/webhook.ts';
import { maskedWebhook } from '../../secrets/masked-webhook.ts';
import { seesGuarded } from '../../secrets/sees-guarded.ts';
import type { WebhookView } from './webhook-schema.ts';

type AuthenticationView = NonNullable<WebhookView['authentication']>;

/** The readable part of credentials (spec/contract.md, "Webhook"). Never a secret. */
function authenticationView({ type, data, addPosition }: Authentication): AuthenticationView {
  const add_position = addPosition;
  switch (type) {
    case 'basic_auth':
      return { type, data: { username: data.username }, add_position };
    case 'bearer_token':
      return { type, add_position };
    case 'api_key':
      return { type, data: { name: data.name }, add_position };
  }
}

/** A webhook as the API shows it to a role. Absent values are absent keys, never null. */
export function webhookView(stored: Webhook, role: Role): WebhookView {
  const webhook = seesGuarded(role) ? stored : maskedWebhook(stored);
  const { description, updatedAt, updatedBy, authentication, customHeaders, externalSource } =
    webhook;
  return {
    id: webhook.id,
    name: webhook.name,
    ...(description !== undefined && { description }),
    status: webhook.status,
    subscriptions: [...webhook.subscriptions],
    created_at: webhook.createdAt.toISOString(),
    created_by: webhook.createdBy,
    ...(updatedAt !== undefined && { updated_at: updatedAt.toISOString() }),
    ...(updatedBy !== undefined && { updated_by: updatedBy }),
    endpoint: webhook.endpoint,
    http_method: webhook.httpMethod,
    request_format: webhook.requestFormat,
    ...(authentication !== undefined && { authentication: authenticationView(authentication) }),
    ...(customHeaders !== undefined && { custom_headers: customHeaders }),
    ...(externalSource !== undefined && { external_source: externalSource }),
  };
}
