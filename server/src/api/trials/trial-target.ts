import type { AddressRules } from '../../addresses/address-rules.ts';
import type { Target, Webhook } from '../../model/webhook.ts';
import { ApiError } from '../errors/api-error.ts';
import { FieldErrors } from '../errors/field-errors.ts';
import { validationError } from '../errors/validation-error.ts';
import { checkCustomHeaders } from '../input/check-custom-headers.ts';
import { checkEndpoint } from '../input/check-endpoint.ts';
import { checkPathLength } from '../input/check-path-length.ts';
import { checkText } from '../input/check-text.ts';
import { readAuthentication } from '../input/read-authentication.ts';
import { rejectLongPath } from '../input/reject-long-path.ts';
import { renderPayload } from '../input/render-payload.ts';
import { unmask } from '../input/unmask.ts';
import type { TrialInput } from './trial-schema.ts';
import { type Withheld, withoutSecrets } from './without-secrets.ts';

/**
 * Signs tests of a webhook that is not stored, and those that go to another origin (spec/contract.md,
 * "Test"). The key is this text, not decoded.
 */
const TEST_SECRET = 'dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ==';

/**
 * The target and payload of a test: the body, completed by the stored webhook, and what of that is
 * withheld from another origin. `field` is the key of the test in the body.
 *
 * @throws ApiError `InvalidBody` with every error.
 */
export function trialTarget(
  field: string,
  body: TrialInput,
  webhook: Webhook | undefined,
  rules: AddressRules,
): { target: Target; payload: string; withheld: readonly Withheld[] } {
  const errors = new FieldErrors();
  const { stored, withheld, ...kept } = withoutSecrets(body, webhook);
  const input = unmask(field, { ...kept.input, external_source: undefined }, stored, errors);
  const endpoint = input.endpoint ?? stored?.endpoint;
  const httpMethod = input.http_method ?? stored?.httpMethod;
  const requestFormat = input.request_format ?? stored?.requestFormat;
  const missing = (key: string) =>
    errors.add(
      `${field}.${key}`,
      'required',
      'is required unless webhook_id names a stored webhook',
    );
  if (endpoint === undefined) missing('endpoint');
  if (httpMethod === undefined) missing('http_method');
  if (requestFormat === undefined) missing('request_format');

  const authentication =
    input.authentication === undefined
      ? stored?.authentication
      : input.authentication === null
        ? undefined
        : readAuthentication(
            `${field}.authentication`,
            input.authentication,
            stored?.authentication,
            errors,
          );
  const customHeaders =
    input.custom_headers === undefined
      ? stored?.customHeaders
      : (input.custom_headers ?? undefined);

  checkText(`${field}.endpoint`, input.endpoint, errors);
  checkText(`${field}.authentication`, input.authentication, errors);
  checkText(`${field}.custom_headers`, input.custom_headers, errors);
  checkText(`${field}.query_parameters`, input.query_parameters, errors);
  // A stored endpoint is not checked: if it is no longer allowed, the result of the test says so.
  if (input.endpoint !== undefined) {
    checkEndpoint(`${field}.endpoint`, input.endpoint, rules, errors);
  }
  checkCustomHeaders(`${field}.custom_headers`, customHeaders ?? {}, authentication, errors);
  errors.throwIfAny();

  // Complete: a missing field is an error, and throwIfAny has thrown.
  const target = {
    endpoint: withParameters(endpoint as string, input.query_parameters ?? []),
    httpMethod,
    requestFormat,
    authentication,
    customHeaders,
    clientCertificate: stored?.clientCertificate,
    ...secretsOf(withheld.includes('signing_secret') ? undefined : stored),
  } as Target;
  checkPathLength(`${field}.endpoint`, target, errors);
  errors.throwIfAny();
  return { target, payload: render(field, input.payload, target), withheld };
}

function secretsOf(
  stored: Webhook | undefined,
): Pick<Target, 'signingSecret' | 'previousSecret' | 'signingKeys'> {
  return {
    signingSecret: stored?.signingSecret ?? TEST_SECRET,
    previousSecret: stored?.previousSecret,
    signingKeys: stored?.signingKeys,
  };
}

/** Applies the rules of invocations: a test can send what an invocation can. */
function render(field: string, payload: unknown, target: Target): string {
  if (payload === undefined || payload === null || payload === '') return '';
  let rendered: string;
  try {
    rendered = renderPayload(JSON.stringify({ payload }), target);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    throw validationError(
      error.code,
      error.errors.map((one) => ({
        ...one,
        field: `${field}.${one.field}`,
        message: `${field}.${one.message}`,
      })),
    );
  }
  rejectLongPath(`${field}.payload`, target, rendered);
  return rendered;
}

function withParameters(
  endpoint: string,
  parameters: NonNullable<TrialInput['query_parameters']>,
): string {
  if (parameters.length === 0) return endpoint;
  const query = new URLSearchParams();
  for (const { key, value } of parameters) query.append(key, value);
  return `${endpoint}${endpoint.includes('?') ? '&' : '?'}${query}`;
}
