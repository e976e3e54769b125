import type { AddressRules } from '../../addresses/address-rules.ts';
import { type Authentication, isDirect, type Webhook } from '../../model/webhook.ts';
import { FieldErrors } from '../errors/field-errors.ts';
import { checkCustomHeaders } from '../input/check-custom-headers.ts';
import { checkEndpoint } from '../input/check-endpoint.ts';
import { checkName } from '../input/check-name.ts';
import { checkPathLength } from '../input/check-path-length.ts';
import { checkText } from '../input/check-text.ts';
import { cloudEventConflicts } from '../input/cloud-event-conflicts.ts';
import { readAuthentication } from '../input/read-authentication.ts';
import { unmask } from '../input/unmask.ts';
import type { AuthenticationInput } from '../schema/target-fields.ts';
import { checkSubscriptions } from './check-subscriptions.ts';
import type { WebhookInput, WebhookPatch } from './webhook-schema.ts';

/** The settings of a webhook that callers choose. */
export type WebhookSettings = Pick<
  Webhook,
  | 'name'
  | 'description'
  | 'status'
  | 'subscriptions'
  | 'endpoint'
  | 'httpMethod'
  | 'requestFormat'
  | 'authentication'
  | 'customHeaders'
  | 'externalSource'
>;

/** The stored webhook, as far as a change of its settings concerns it. */
type StoredSettings = WebhookSettings & Pick<Webhook, 'clientCertificate' | 'ownRules'>;

const MAX_EXTERNAL_SOURCE = 16_384;

/**
 * The settings after a create (`current` undefined) or a PUT: omitted fields are removed, except
 * subscriptions, which stay (spec/contract.md, "Operations").
 *
 * @throws ApiError `InvalidBody` with every error.
 */
export function replaceSettings(
  body: WebhookInput,
  current: StoredSettings | undefined,
  rules: AddressRules,
): WebhookSettings {
  const errors = new FieldErrors();
  const input = unmask('webhook', body, current, errors);
  const settings: WebhookSettings = {
    name: input.name,
    description: input.description ?? undefined,
    status: input.status,
    subscriptions: input.subscriptions ?? current?.subscriptions ?? [],
    endpoint: input.endpoint,
    httpMethod: input.http_method,
    requestFormat: input.request_format,
    authentication: authentication(input.authentication, current?.authentication, errors),
    customHeaders: headers(input.custom_headers),
    externalSource: input.external_source ?? undefined,
  };
  check(input, settings, current, rules, errors);
  return settings;
}

/**
 * The settings after a PATCH: omitted fields stay, null removes, arrays and objects are replaced as
 * a whole.
 *
 * @throws ApiError `InvalidBody` with every error.
 */
export function patchSettings(
  body: WebhookPatch,
  current: StoredSettings,
  rules: AddressRules,
): WebhookSettings {
  const errors = new FieldErrors();
  const patch = unmask('webhook', body, current, errors);
  const has = (key: keyof WebhookPatch) => patch[key] !== undefined;
  const settings: WebhookSettings = {
    name: patch.name ?? current.name,
    description: has('description') ? (patch.description ?? undefined) : current.description,
    status: patch.status ?? current.status,
    subscriptions: patch.subscriptions ?? current.subscriptions,
    endpoint: patch.endpoint ?? current.endpoint,
    httpMethod: patch.http_method ?? current.httpMethod,
    requestFormat: patch.request_format ?? current.requestFormat,
    authentication: has('authentication')
      ? authentication(patch.authentication, current.authentication, errors)
      : current.authentication,
    customHeaders: has('custom_headers') ? headers(patch.custom_headers) : current.customHeaders,
    externalSource: has('external_source')
      ? (patch.external_source ?? undefined)
      : current.externalSource,
  };
  check(patch, settings, current, rules, errors);
  return settings;
}

function authentication(
  input: AuthenticationInput | null | undefined,
  stored: Authentication | undefined,
  errors: FieldErrors,
): Authentication | undefined {
  if (input === undefined || input === null) return undefined;
  return readAuthentication('webhook.authentication', input, stored, errors);
}

function headers(
  input: Readonly<Record<string, string>> | null | undefined,
): Readonly<Record<string, string>> | undefined {
  return input && Object.keys(input).length > 0 ? input : undefined;
}

function check(
  input: WebhookPatch,
  settings: WebhookSettings,
  current: StoredSettings | undefined,
  rules: AddressRules,
  errors: FieldErrors,
): void {
  const { id, created_at, created_by, updated_at, updated_by, signing_secret, ...given } = input;
  checkText('webhook', given, errors);
  if (current !== undefined && (signing_secret ?? undefined) !== undefined) {
    const path = `/api/v2/webhooks/ID/signing_secret`;
    errors.add(
      'webhook.signing_secret',
      'not_allowed',
      `is set by POST ${path} with this field as the body`,
    );
  }
  checkName('webhook.name', input.name, errors);
  // A stored endpoint is not checked: after a change of the address rules, the webhook's other
  // settings must stay editable.
  if (input.endpoint !== undefined) {
    checkEndpoint('webhook.endpoint', input.endpoint, rules, errors);
    if (current?.clientCertificate !== undefined && /^http:/i.test(input.endpoint)) {
      errors.add(
        'webhook.endpoint',
        'conflict',
        'must be https while the webhook has a client certificate: remove that first, with DELETE /v1/webhooks/ID/client_certificate',
      );
    }
  }
  if (input.endpoint !== undefined || input.authentication !== undefined) {
    checkPathLength('webhook.endpoint', settings, errors);
  }
  checkCustomHeaders(
    'webhook.custom_headers',
    settings.customHeaders ?? {},
    settings.authentication,
    errors,
  );
  checkSubscriptions('webhook.subscriptions', settings.subscriptions, errors);
  checkKind(settings, current, errors);
  const cloudEvents = current?.ownRules?.cloudEvents ?? null;
  if (cloudEvents !== null) {
    for (const { field, message } of cloudEventConflicts(cloudEvents, settings)) {
      const why = 'while the delivery rule cloudevents is set';
      errors.add(`webhook.${field}`, 'conflict', message.replace(/(?=[,:])|$/, ` ${why}`));
    }
  }
  const { externalSource } = settings;
  if (externalSource !== undefined && JSON.stringify(externalSource).length > MAX_EXTERNAL_SOURCE) {
    errors.add(
      'webhook.external_source',
      'too_long',
      `must be at most ${MAX_EXTERNAL_SOURCE} characters of JSON`,
    );
  }
  errors.throwIfAny();
}

/**
 * Webhooks with event subscriptions send POST with json, and neither kind of webhook becomes the
 * other. A webhook without subscriptions has no kind yet. Subscriptions cannot be emptied, so the
 * kind stays.
 */
function checkKind(
  settings: WebhookSettings,
  current: WebhookSettings | undefined,
  errors: FieldErrors,
): void {
  const { subscriptions } = settings;
  if (subscriptions.length === 0) {
    if (current !== undefined && current.subscriptions.length > 0) {
      errors.add(
        'webhook.subscriptions',
        'immutable',
        'cannot be emptied: set the status to inactive, or delete the webhook',
      );
    }
    return;
  }
  if (
    current !== undefined &&
    current.subscriptions.length > 0 &&
    isDirect(current) !== isDirect(settings)
  ) {
    errors.add(
      'webhook.subscriptions',
      'immutable',
      'cannot be converted between event types and conditional_ticket_events',
    );
    return;
  }
  if (isDirect(settings)) return;
  if (settings.httpMethod !== 'POST') {
    errors.add('webhook.http_method', 'conflict', 'must be POST for event subscriptions');
  }
  if (settings.requestFormat !== 'json') {
    errors.add('webhook.request_format', 'conflict', 'must be json for event subscriptions');
  }
}
