export { Zendesk } from './client.ts';
export { APIError } from './errors/api-error.ts';
export { BadRequestError } from './errors/bad-request-error.ts';
export { ConfigurationError } from './errors/configuration-error.ts';
export { ConflictError } from './errors/conflict-error.ts';
export { ConnectionError } from './errors/connection-error.ts';
export { ForbiddenError } from './errors/forbidden-error.ts';
export { NotFoundError } from './errors/not-found-error.ts';
export { PaginationError } from './errors/pagination-error.ts';
export { PayloadTooLargeError } from './errors/payload-too-large-error.ts';
export type { ResponseError } from './errors/response-error.ts';
export { ResponseValidationError } from './errors/response-validation-error.ts';
export { ServerError } from './errors/server-error.ts';
export { ServiceUnavailableError } from './errors/service-unavailable-error.ts';
export {
  SignatureVerificationError,
  type SignatureVerificationReason,
} from './errors/signature-verification-error.ts';
export { TimeoutError } from './errors/timeout-error.ts';
export { TooManyRequestsError } from './errors/too-many-requests-error.ts';
export { UnauthorizedError } from './errors/unauthorized-error.ts';
export { UnprocessableEntityError } from './errors/unprocessable-entity-error.ts';
export { ZendeskError } from './errors/zendesk-error.ts';
export type * from './models/endpoint-exchange.ts';
export type * from './models/open.ts';
export type { SigningSecret } from './models/signing-secret.ts';
export type * from './models/webhook.ts';
export type * from './models/webhook-authentication.ts';
export type * from './models/webhook-input.ts';
export type * from './models/webhook-invocation.ts';
export type * from './models/webhook-invocation-attempt.ts';
export type * from './models/webhook-test.ts';
export type * from './options/auth.ts';
export type * from './options/call-options.ts';
export type * from './options/logger.ts';
export type * from './options/request-input.ts';
export type * from './options/retry-config.ts';
export type * from './options/retry-event.ts';
export type * from './options/zendesk-options.ts';
export type {
  ListWebhookInvocationsQuery,
  WebhookInvocations,
} from './resources/webhook-invocations.ts';
export type { ListWebhooksQuery, Webhooks } from './resources/webhooks.ts';
export type { APIPromise, WithResponse } from './results/api-promise.ts';
export type { Items, Page } from './results/page.ts';
export type { PagePromise } from './results/page-promise.ts';
export type { PageQuery } from './results/page-query.ts';
