/**
 * Every error of the API: its stable code and its HTTP status. Clients may depend on the codes;
 * messages are for people and may change. `docs/errors.md` explains each code, and a test keeps the
 * two lists equal.
 */
export const ERRORS = {
  MalformedRequest: 400,
  MalformedBody: 400,
  InvalidParameter: 400,
  InvalidCursor: 400,
  TooManyWebhooks: 400,
  Unauthorized: 401,
  Forbidden: 403,
  AccountSuspended: 403,
  RecordNotFound: 404,
  RouteNotFound: 404,
  MethodNotAllowed: 405,
  RequestTimeout: 408,
  IdempotencyConflict: 409,
  WebhookInactive: 409,
  WebhookPaused: 409,
  AttemptUnderWay: 409,
  Archived: 409,
  NotArchived: 409,
  CannotBeRebuilt: 409,
  SecretMissing: 409,
  LastOperatorToken: 409,
  TooManyTokens: 409,
  TooManyViews: 409,
  TooManyInboxes: 409,
  TooManyAlertMutes: 409,
  TooManyAlertRoutes: 409,
  TooManySources: 409,
  JobConflict: 409,
  TooManyJobs: 409,
  ExportUnavailable: 409,
  ExportsFull: 409,
  EventGone: 410,
  FilesExpired: 410,
  BodyTooLarge: 413,
  UnsupportedMediaType: 415,
  RangeNotSatisfiable: 416,
  InvalidBody: 422,
  TooManyRequests: 429,
  HeadersTooLarge: 431,
  InternalError: 500,
  Unavailable: 503,
} as const;

/** The stable code of an error. */
export type ErrorCode = keyof typeof ERRORS;
/** The HTTP status of an error. */
export type ErrorStatus = (typeof ERRORS)[ErrorCode];
