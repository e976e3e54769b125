/** The class with which an `errorMessage` begins. */
export type ErrorClass =
  | 'stale connection'
  | 'node exhausted'
  | 'node stopping'
  | 'proxy unusable'
  | 'proxy'
  | 'address refused'
  | 'dns'
  | 'connection refused'
  | 'unreachable'
  | 'tls'
  | 'tls name mismatch'
  | 'tls certificate expired'
  | 'tls certificate not yet valid'
  | 'tls self-signed certificate'
  | 'tls unknown issuer'
  | 'connection closed'
  | 'malformed answer'
  | 'redirect'
  | 'timeout'
  | 'answer cut off'
  | 'failed';

/** Why an invocation waits, or why it ended. */
export type ReasonCode =
  | 'retry'
  | 'retry after'
  | 'not counted'
  | 'manual'
  | 'breaker'
  | 'rate limit'
  | 'handshake'
  | 'paused'
  | 'inactive'
  | 'suspended'
  | 'lease lost'
  | 'exhausted'
  | 'not retried'
  | 'gone'
  | 'deleted'
  | 'expired'
  | 'given up'
  | 'withdrawn';

/** What caused an attempt: the event or its retry schedule, a replay, or a job that replays many. */
export type AttemptTrigger = 'schedule' | 'manual' | 'job';
