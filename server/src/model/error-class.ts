/**
 * Every class of error that an attempt can have, which begins its `error_message`; `docs/attempts.md`
 * lists them.
 */
export const ERROR_CLASSES = [
  'stale connection',
  'node exhausted',
  'node stopping',
  'proxy unusable',
  'proxy',
  'address refused',
  'dns',
  'connection refused',
  'unreachable',
  'tls name mismatch',
  'tls certificate expired',
  'tls certificate not yet valid',
  'tls self-signed certificate',
  'tls unknown issuer',
  'tls',
  'malformed answer',
  'connection closed',
  'timeout',
  'redirect',
  'answer cut off',
  'failed',
] as const;

export type ErrorClass = (typeof ERROR_CLASSES)[number];
