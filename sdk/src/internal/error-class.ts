import { APIError } from '../errors/api-error.ts';
import { BadRequestError } from '../errors/bad-request-error.ts';
import { ConflictError } from '../errors/conflict-error.ts';
import { ForbiddenError } from '../errors/forbidden-error.ts';
import { NotFoundError } from '../errors/not-found-error.ts';
import { PayloadTooLargeError } from '../errors/payload-too-large-error.ts';
import { ServerError } from '../errors/server-error.ts';
import { ServiceUnavailableError } from '../errors/service-unavailable-error.ts';
import { TooManyRequestsError } from '../errors/too-many-requests-error.ts';
import { UnauthorizedError } from '../errors/unauthorized-error.ts';
import { UnprocessableEntityError } from '../errors/unprocessable-entity-error.ts';

const BY_STATUS: Readonly<Record<number, typeof APIError>> = {
  400: BadRequestError,
  401: UnauthorizedError,
  403: ForbiddenError,
  404: NotFoundError,
  409: ConflictError,
  413: PayloadTooLargeError,
  422: UnprocessableEntityError,
  429: TooManyRequestsError,
  503: ServiceUnavailableError,
};

/** The error class of a status that is not a success. */
export const errorClass = (status: number): typeof APIError =>
  BY_STATUS[status] ?? (status >= 500 ? ServerError : APIError);
