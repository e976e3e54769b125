import { IdempotencyConflict } from '../../accept/idempotency-conflict.ts';
import { TooManyAlertRoutes } from '../../alerts/routes/too-many-alert-routes.ts';
import { TooManyAlertMutes } from '../../alerts/too-many-alert-mutes.ts';
import { TooManySources } from '../../archive/too-many-sources.ts';
import { LastOperatorToken } from '../../directory/last-operator-token.ts';
import { TooManyInboxes } from '../../directory/too-many-inboxes.ts';
import { TooManyTokens } from '../../directory/too-many-tokens.ts';
import { TooManyViews } from '../../directory/too-many-views.ts';
import { TooManyWebhooks } from '../../directory/too-many-webhooks.ts';
import { ExportsFull } from '../../jobs/export/exports-full.ts';
import { JobConflict } from '../../jobs/job-conflict.ts';
import { ExportUnavailable } from '../../jobs/places/export-unavailable.ts';
import { TooManyJobs } from '../../jobs/too-many-jobs.ts';
import { INBOX_KEY } from '../../model/inbox-key.ts';
import { Unavailable } from '../../model/unavailable.ts';
import { ApiError } from './api-error.ts';
import { validationError } from './validation-error.ts';

/**
 * Fastify's error codes. An error that is not listed here and has no 4xx status is an internal
 * error.
 */
const FRAMEWORK: Readonly<Record<string, () => ApiError>> = {
  FST_ERR_BAD_URL: () => new ApiError('MalformedRequest', 'the path is not a valid URL path'),
  FST_ERR_CTP_BODY_TOO_LARGE: () =>
    new ApiError('BodyTooLarge', 'the body is larger than this operation accepts'),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () =>
    new ApiError('MalformedBody', 'the length of the body differs from its content-length'),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: () =>
    new ApiError('UnsupportedMediaType', 'the content-type must be application/json'),
  FST_ERR_MAX_PARAM_LENGTH: () => new ApiError('RecordNotFound', 'there is no such record'),
};

/** What an idempotency key was taken from, where not from the header of its name. */
const CONFLICT_FIELDS = [
  ['event:', 'id'],
  [INBOX_KEY, 'the id of the request'],
] as const;

/** Maps anything thrown while handling a request to the error to answer. */
export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof Unavailable) {
    return new ApiError(
      'Unavailable',
      'this node cannot serve the request now; try again in a moment',
      {
        cause: error,
        headers: { 'retry-after': String(error.retryAfterSeconds) },
      },
    );
  }
  if (error instanceof ExportUnavailable && error.isPassing) {
    const headers = { 'retry-after': '5' };
    return new ApiError('Unavailable', error.message, { cause: error, headers });
  }
  if (error instanceof IdempotencyConflict) {
    const field =
      CONFLICT_FIELDS.find(([prefix]) => error.key.startsWith(prefix))?.[1] ?? 'Idempotency-Key';
    return validationError('IdempotencyConflict', [
      { field, code: 'conflict', message: error.message },
    ]);
  }
  if (
    error instanceof LastOperatorToken ||
    error instanceof TooManyTokens ||
    error instanceof TooManyViews ||
    error instanceof TooManySources ||
    error instanceof TooManyAlertRoutes ||
    error instanceof TooManyInboxes ||
    error instanceof TooManyAlertMutes ||
    error instanceof JobConflict ||
    error instanceof TooManyJobs ||
    error instanceof ExportUnavailable ||
    error instanceof ExportsFull
  ) {
    return new ApiError(error.name, error.message, { cause: error });
  }
  if (error instanceof TooManyWebhooks) {
    return validationError('TooManyWebhooks', [
      { field: 'webhook', code: 'too_many', message: error.message },
    ]);
  }
  const { code, statusCode } = (error ?? {}) as { code?: unknown; statusCode?: unknown };
  const known = typeof code === 'string' ? FRAMEWORK[code] : undefined;
  if (known !== undefined) return known();
  // Reading the body failed: the connection was reset, or the framing is broken.
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500) {
    return new ApiError('MalformedRequest', 'the request could not be read', { cause: error });
  }
  return new ApiError(
    'InternalError',
    'internal error; the log of this node has the details under the x-request-id',
    { cause: error },
  );
}
