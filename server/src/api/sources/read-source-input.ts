import type { AddressRules } from '../../addresses/address-rules.ts';
import type { SourceSettings } from '../../archive/source-settings.ts';
import type { SourceCredentials } from '../../model/source.ts';
import { isOtherOrigin } from '../../secrets/is-other-origin.ts';
import { FieldErrors } from '../errors/field-errors.ts';
import { showValue } from '../errors/show-value.ts';
import { checkEndpoint } from '../input/check-endpoint.ts';
import { checkText } from '../input/check-text.ts';
import type { SourceInput, SourcePatch } from './source-schema.ts';

/** What needs no quotes in a query. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

const SUBDOMAIN = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i;

/** A tenth of the requests would be needed to look at them. */
const DEFAULTS = {
  bodies: { policy: 'failures' },
  budget_share: 70,
  masking: { enabled: true, headers: [], fields: [] },
} as const;

/**
 * The settings of a new source.
 *
 * @throws ApiError `InvalidBody` with every error.
 */
export function readSourceInput(input: SourceInput, rules: AddressRules): SourceSettings {
  const errors = new FieldErrors();
  checkText('source', input, errors);
  if (input.subdomain === undefined && input.base_url === undefined) {
    errors.add('source.subdomain', 'required', 'is required, or base_url');
  }
  const settings = merged(
    {
      name: input.name,
      baseUrl: '',
      credentials: { accessToken: '' },
      onlyWebhooks: undefined,
      bodies: DEFAULTS.bodies.policy,
      bodiesEvery: undefined,
      budgetShare: DEFAULTS.budget_share,
      keepMonths: undefined,
      masking: DEFAULTS.masking,
      resend: 'none',
      resendSecrets: undefined,
    },
    input,
    { errors, rules },
  );
  errors.throwIfAny();
  return settings;
}

/**
 * The settings of a source after a change.
 *
 * @throws ApiError `InvalidBody` with every error.
 */
export function patchSource(
  current: SourceSettings,
  patch: SourcePatch,
  rules: AddressRules,
): SourceSettings {
  const errors = new FieldErrors();
  checkText('source', patch, errors);
  const settings = merged(current, patch, { errors, rules });
  if (patch.credentials === undefined && isOtherOrigin(settings.baseUrl, current.baseUrl)) {
    errors.add(
      'source.credentials',
      'required',
      'is required with another server: the stored ones are sent to none but the one they are of',
    );
  }
  errors.throwIfAny();
  return settings;
}

interface Checks {
  readonly errors: FieldErrors;
  readonly rules: AddressRules;
}

function merged(
  current: SourceSettings,
  patch: SourcePatch,
  { errors, rules }: Checks,
): SourceSettings {
  const { bodies, keep_months: keepMonths, masking, name = current.name } = patch;
  const { resend_secrets: resend, webhooks } = patch;
  if (!NAME.test(name)) {
    const rule = `must be letters, digits, dots, hyphens and underscores, such as acme, got ${showValue(name)}`;
    errors.add('source.name', 'invalid_format', rule);
  }
  if (name.toLowerCase() === 'local') {
    errors.add('source.name', 'reserved', 'must not be local: that is our own trail');
  }
  if (bodies !== undefined && (bodies.policy === 'sample') !== (bodies.every !== undefined)) {
    errors.add(
      'source.bodies.every',
      bodies.every === undefined ? 'required' : 'not_allowed',
      'is of the policy sample, and of no other',
    );
  }
  const resending =
    resend === undefined
      ? { resend: current.resend, resendSecrets: current.resendSecrets }
      : typeof resend === 'string'
        ? { resend, resendSecrets: undefined }
        : { resend: 'given' as const, resendSecrets: resend };
  return {
    name,
    baseUrl: baseUrl(current.baseUrl, patch, { errors, rules }),
    credentials:
      patch.credentials === undefined
        ? current.credentials
        : credentials(patch.credentials, errors),
    onlyWebhooks: webhooks === undefined ? current.onlyWebhooks : (webhooks ?? undefined),
    bodies: bodies?.policy ?? current.bodies,
    bodiesEvery: bodies === undefined ? current.bodiesEvery : bodies.every,
    budgetShare: patch.budget_share ?? current.budgetShare,
    keepMonths: keepMonths === undefined ? current.keepMonths : (keepMonths ?? undefined),
    masking: {
      enabled: masking?.enabled ?? current.masking.enabled,
      headers: masking?.headers ?? current.masking.headers,
      fields: masking?.fields ?? current.masking.fields,
    },
    ...resending,
  };
}

function baseUrl(
  current: string,
  { base_url: given, subdomain }: SourcePatch,
  { errors, rules }: Checks,
): string {
  if (given !== undefined && subdomain !== undefined) {
    errors.add('source.base_url', 'conflict', 'must not be given together with subdomain');
    return current;
  }
  if (subdomain !== undefined) {
    if (!SUBDOMAIN.test(subdomain)) {
      const rule = `must be the first part of a name such as acme.zendesk.com, got ${showValue(subdomain)}`;
      errors.add('source.subdomain', 'invalid_format', rule);
    }
    return `https://${subdomain.toLowerCase()}.zendesk.com`;
  }
  if (given === undefined) return current;
  checkEndpoint('source.base_url', given, rules, errors);
  if (given.includes('?')) {
    errors.add(
      'source.base_url',
      'not_allowed',
      'must not have a query: it is the beginning of URLs',
    );
  }
  return given.replace(/\/+$/, '');
}

function credentials(
  {
    access_token: accessToken,
    api_token: apiToken,
    email,
  }: NonNullable<SourcePatch['credentials']>,
  errors: FieldErrors,
): SourceCredentials {
  if (accessToken !== undefined && apiToken === undefined && email === undefined) {
    return { accessToken };
  }
  if (accessToken === undefined && apiToken !== undefined && email !== undefined) {
    if (/[:\s]/.test(email)) {
      errors.add('source.credentials.email', 'invalid_format', 'must be an e-mail address');
    }
    return { email, apiToken };
  }
  errors.add(
    'source.credentials',
    'required',
    'must have an email and an api_token, or an access_token alone',
  );
  return { accessToken: '' };
}
