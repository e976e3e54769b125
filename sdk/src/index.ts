export type { APIPromise, WithResponse } from './api-promise.ts';
export { Zendesk } from './client.ts';
export {
  APIError,
  BadRequestError,
  ConfigurationError,
  ConflictError,
  ConnectionError,
  ForbiddenError,
  NotFoundError,
  PaginationError,
  PayloadTooLargeError,
  type ResponseError,
  ResponseValidationError,
  ServerError,
  ServiceUnavailableError,
  SignatureVerificationError,
  type SignatureVerificationReason,
  TimeoutError,
  TooManyRequestsError,
  UnauthorizedError,
  UnprocessableEntityError,
  ZendeskError,
} from './errors.ts';
export type * from './models.ts';
export type * from './options.ts';
export type { Items, Page, PagePromise, PageQuery } from './page.ts';
export type { ListWebhookInvocationsQuery, WebhookInvocations } from './webhook-invocations.ts';
export type { ListWebhooksQuery, Webhooks } from './webhooks.ts';
