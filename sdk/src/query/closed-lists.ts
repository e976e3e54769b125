/**
 * The values of fields with a closed list, each with its meaning. Server and docs are compared with
 * these lists by tests: a value that the server records is added here first.
 */
export type ClosedList = Readonly<Record<string, string>>;

/** What `status:` takes: the statuses that the server sends, and one that Zendesk sends. */
export const STATUSES = {
  accepted: 'No attempt has finished yet.',
  success: 'The endpoint answered 2xx.',
  failed: 'There was no answer, it was a redirect, or the invocation ended without an attempt.',
  timeout: 'There was no answer in time.',
  'client error': 'The endpoint answered 4xx.',
  'server error': 'The endpoint answered 5xx.',
  'circuit broken': 'The circuit breaker holds it, or ended it.',
  throttled: 'The rate limit holds it.',
  unknown: 'A node stopped before it recorded an outcome; it is sent again.',
  terminated: 'Zendesk gave it up; only in archived rows.',
} as const satisfies ClosedList;

/** What `error:` takes: the class with which the `error_message` of the latest attempt begins. */
export const ERROR_CLASSES = {
  'stale connection': 'A kept connection was closed before any byte of an answer; ours.',
  'node exhausted': 'The node had no file, socket, memory or port left; ours.',
  'node stopping': 'The node stopped; ours.',
  'proxy unusable': 'The egress proxy cannot be reached or makes no tunnel; ours.',
  proxy: 'The egress proxy did not reach the endpoint, or refused it.',
  'address refused': 'The addresses of the endpoint are private or reserved.',
  dns: 'The name does not resolve, or no name server answered.',
  'connection refused': 'Nobody listens on that port.',
  unreachable: 'There is no route to that address.',
  tls: 'Any failure of TLS: also finds every class below that begins with `tls`.',
  'tls name mismatch': 'The certificate is for other names.',
  'tls certificate expired': 'The certificate, or one above it, has expired.',
  'tls certificate not yet valid': 'The certificate becomes valid later.',
  'tls self-signed certificate': 'The certificate signed itself.',
  'tls unknown issuer': 'An authority that is not trusted here signed the certificate.',
  'connection closed': 'The endpoint closed the connection before its answer was complete.',
  'malformed answer': 'The answer is not HTTP/1.1, or its head is too long.',
  redirect: 'The endpoint answered 3xx.',
  timeout: 'No connection, no answer or no end of the answer in time.',
  'answer cut off': 'The answer is longer than what is read or kept.',
  failed: 'None of these: the request could not be composed.',
} as const satisfies ClosedList;

/** What `reason:` takes: why an invocation waits, or why it ended. */
export const REASONS = {
  retry: 'Waits for the next attempt of its schedule.',
  'retry after': 'Waits for as long as the endpoint asked (Retry-After).',
  'not counted': 'We caused the outcome; it is sent again.',
  manual: 'A manual attempt failed; the retry schedule is unchanged.',
  breaker: 'The circuit breaker holds it, or ended it.',
  'rate limit': 'The rate limit holds it.',
  handshake: 'Waits: its endpoint has not allowed deliveries.',
  paused: 'Waits: the webhook is paused.',
  inactive: 'Waits: the webhook is inactive.',
  suspended: 'Waits: the account is suspended.',
  'lease lost': 'Waits: a node stopped while it held the invocation.',
  exhausted: 'Ended: no retry was left.',
  'not retried': 'Ended: the profile does not retry this outcome.',
  gone: 'Ended: the endpoint answered 410 Gone.',
  deleted: 'Ended: the webhook was deleted.',
  expired: 'Ended: the event was no longer kept.',
  'given up': 'Ended: five nodes in a row stopped while they sent it.',
  withdrawn: 'Ended: a copy of a job that was paused, stopped or cancelled before it was sent.',
} as const satisfies ClosedList;

/** What `trigger:` takes: what caused the latest attempt. */
export const TRIGGERS = {
  schedule: 'The event itself, or its retry schedule.',
  manual: 'A replay of this one invocation.',
  job: 'A job that replays many.',
} as const satisfies ClosedList;

/** What `state:` takes. */
export const STATES = {
  waiting: 'An attempt is due, now or later.',
  'in flight': 'An attempt is being made.',
  final: 'No further attempt is due.',
  undelivered: 'Waits after a failure, or is final without a success.',
} as const satisfies ClosedList;
