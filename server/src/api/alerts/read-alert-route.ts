import type { AddressRules } from '../../addresses/address-rules.ts';
import { fitsEvents } from '../../alerts/routes/fits-events.ts';
import type { AlertRoute, RouteValues } from '../../alerts/routes/route-values.ts';
import type { Directory } from '../../directory/directory.ts';
import type { AlertRouteKind } from '../../model/alert.ts';
import type { AlertTarget, HttpTarget } from '../../model/alert-target.ts';
import { isMailAddress } from '../../model/is-mail-address.ts';
import { parseUrl } from '../../model/parse-url.ts';
import { isOtherOrigin } from '../../secrets/is-other-origin.ts';
import { MASK } from '../../secrets/mask.ts';
import { FieldErrors } from '../errors/field-errors.ts';
import { showValue } from '../errors/show-value.ts';
import { checkEndpoint } from '../input/check-endpoint.ts';
import { checkName } from '../input/check-name.ts';
import { checkText } from '../input/check-text.ts';
import type { AlertRouteInput, AlertRoutePatch } from './alert-route-schema.ts';
import { shownUrl } from './shown-url.ts';

interface Checks {
  readonly accountId: number;
  readonly addressRules: AddressRules;
  readonly directory: Pick<Directory, 'webhook'>;
}

type Given = Omit<AlertRoutePatch, 'name' | 'enabled' | 'kinds' | 'minimum_severity'>;

/** What leads to the target, by kind. */
const TARGET_FIELDS: Readonly<Record<AlertRouteKind, readonly (keyof Given)[]>> = {
  webhook: ['webhook_id'],
  slack: ['url'],
  email: ['addresses'],
  alertmanager: ['url', 'bearer_token'],
};

/**
 * The values of a new route.
 *
 * @throws ApiError `InvalidBody` with every error. No message quotes a secret.
 */
export function readAlertRoute(input: AlertRouteInput, checks: Checks): RouteValues {
  return merged(undefined, input.kind, input, checks);
}

/**
 * The values of a route after a change.
 *
 * @throws ApiError `InvalidBody` with every error.
 */
export function patchAlertRoute(
  current: AlertRoute,
  patch: AlertRoutePatch,
  checks: Checks,
): RouteValues {
  return merged(current, current.target.kind, patch, checks);
}

/** Throws where another route of the account has the name. */
export function checkRouteName({ name }: RouteValues, others: readonly AlertRoute[]): void {
  const errors = new FieldErrors();
  if (others.some((other) => other.name === name)) {
    const rule = `must not be that of another route, got ${showValue(name)}`;
    errors.add('route.name', 'duplicate', rule);
  }
  errors.throwIfAny();
}

function merged(
  current: AlertRoute | undefined,
  kind: AlertRouteKind,
  input: AlertRoutePatch,
  checks: Checks,
): RouteValues {
  const errors = new FieldErrors();
  const { bearer_token: _secret, url: _url, ...open } = input;
  checkText('route', open, errors);
  checkName('route.name', input.name, errors);
  const wanted = TARGET_FIELDS[kind];
  for (const field of ['url', 'bearer_token', 'addresses', 'webhook_id'] as const) {
    if (input[field] !== undefined && !wanted.includes(field)) {
      errors.add(`route.${field}`, 'not_allowed', `is not for the kind ${kind}`);
    }
  }
  const [first] = wanted as readonly [keyof Given];
  if (current === undefined && input[first] === undefined) {
    errors.add(`route.${first}`, 'required', `is required with the kind ${kind}`);
  }
  errors.throwIfAny();
  const target = targetOf(current?.target, kind, input, { ...checks, errors });
  errors.throwIfAny();
  const kinds = input.kinds === undefined ? current?.kinds : (input.kinds ?? undefined);
  return {
    name: input.name ?? (current as AlertRoute).name,
    enabled: input.enabled ?? current?.enabled ?? true,
    target,
    kinds,
    minimumSeverity: input.minimum_severity ?? current?.minimumSeverity ?? 'warning',
  };
}

interface Collecting extends Checks {
  readonly errors: FieldErrors;
}

function targetOf(
  current: AlertTarget | undefined,
  kind: AlertRouteKind,
  input: Given,
  checks: Collecting,
): AlertTarget {
  switch (kind) {
    case 'email':
      if (input.addresses === undefined) return current as AlertTarget;
      return { kind, addresses: readAddresses(input.addresses, checks.errors) };
    case 'webhook':
      if (input.webhook_id === undefined) return current as AlertTarget;
      checkWebhook(input.webhook_id, checks);
      return { kind, webhookId: input.webhook_id };
    case 'slack':
    case 'alertmanager':
      return { kind, ...httpTarget(current as HttpTarget | undefined, kind, input, checks) };
  }
}

function readAddresses(addresses: readonly string[], errors: FieldErrors): readonly string[] {
  for (const [index, address] of addresses.entries()) {
    if (!isMailAddress(address)) {
      const rule = `must be an e-mail address such as ops@example.com, got ${showValue(address)}`;
      errors.add(`route.addresses[${index}]`, 'invalid_format', rule);
    }
  }
  return addresses;
}

function checkWebhook(id: string, { accountId, directory, errors }: Collecting): void {
  const webhook = directory.webhook(id);
  if (webhook === undefined || webhook.accountId !== accountId) {
    const rule = `must be the id of a webhook of this account, got ${showValue(id)}`;
    errors.add('route.webhook_id', 'not_allowed', rule);
  } else if (!fitsEvents(webhook)) {
    const rule = `must be a webhook that sends JSON with POST, PUT or PATCH, got one with ${webhook.httpMethod} and ${webhook.requestFormat}`;
    errors.add('route.webhook_id', 'not_allowed', rule);
  }
}

function httpTarget(
  current: HttpTarget | undefined,
  kind: 'slack' | 'alertmanager',
  { bearer_token: token, url }: Given,
  { addressRules, errors }: Collecting,
): HttpTarget {
  // Clients write back what they read.
  const isKept = url === undefined || (current !== undefined && url === shownUrl(current, false));
  const read = isKept ? current : readUrl(url, kind, addressRules, errors);
  // The errors are thrown.
  if (read === undefined) return { url: '', authentication: { type: 'none' } };
  if (typeof token === 'string') {
    if (!isKept && read.authentication.type === 'basic') {
      errors.add('route.bearer_token', 'conflict', 'cannot be combined with a password in the URL');
    }
    return { ...read, authentication: { type: 'bearer', token } };
  }
  if (token === null) {
    const isBearer = read.authentication.type === 'bearer';
    return isBearer ? { ...read, authentication: { type: 'none' } } : read;
  }
  const { authentication: before } = current ?? read;
  if (isKept || before.type !== 'bearer' || read.authentication.type !== 'none') return read;
  if (isOtherOrigin(read.url, (current as HttpTarget).url)) {
    errors.add(
      'route.bearer_token',
      'required',
      'is required with another server: the stored one is sent to none but the one it is of',
    );
  }
  return { ...read, authentication: before };
}

/** The parts of a URL: the scheme, what is before the @, the host and what follows. */
const PARTS = /^(https?:\/\/)(?:([^/?#]*)@)?([^/?#]*)(.*)$/is;

/** No message quotes it: the path of a chat's URL is its password, and people put others before the host. */
function readUrl(
  text: string,
  kind: 'slack' | 'alertmanager',
  addressRules: AddressRules,
  errors: FieldErrors,
): HttpTarget | undefined {
  const refuse = (code: 'invalid_format' | 'not_allowed', rule: string) => {
    errors.add('route.url', code, rule);
    return undefined;
  };
  if (text.includes(MASK)) return refuse('not_allowed', 'is masked: send the value itself');
  const [, scheme = '', user, host = '', path = ''] = PARTS.exec(text) ?? [];
  const url = scheme + host + path;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
  if (scheme === '' || /[\s\u0000-\u001f\u007f]/.test(text) || parseUrl(url) === undefined) {
    return refuse('invalid_format', 'must be an http or https URL (its value is not shown)');
  }
  if (path.includes('#')) {
    return refuse('not_allowed', 'must not have a fragment: it is never sent');
  }
  checkEndpoint('route.url', `${scheme}${host}/`, addressRules, errors);
  if (user === undefined) return { url, authentication: { type: 'none' } };
  if (kind !== 'alertmanager') {
    return refuse('not_allowed', `must not contain credentials with the kind ${kind}`);
  }
  try {
    const [name = '', ...rest] = user.split(':');
    const [username, password] = [decodeURIComponent(name), decodeURIComponent(rest.join(':'))];
    return { url, authentication: { type: 'basic', username, password } };
  } catch {
    return refuse(
      'invalid_format',
      'must have a user name and a password that are percent-encoded',
    );
  }
}
