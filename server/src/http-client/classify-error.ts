import type { AttemptStatus } from '../model/delivery-status.ts';

/** Why there was no answer: the status, and a message that begins with the error's class. */
export interface Failure {
  readonly status: Extract<AttemptStatus, 'failed' | 'timeout'>;
  readonly message: string;
}

/** By the beginning of an error's code, most specific first. */
const CLASSES = [
  [/^ADDRESS_REFUSED$/, 'address refused'],
  [/^DNS_/, 'dns'],
  [/^ECONNREFUSED$/, 'connection refused'],
  [/^(EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL)$/, 'unreachable'],
  [/^ERR_TLS_CERT_ALTNAME_INVALID$/, 'tls name mismatch'],
  [/^CERT_HAS_EXPIRED$/, 'tls certificate expired'],
  [/^CERT_NOT_YET_VALID$/, 'tls certificate not yet valid'],
  [/^DEPTH_ZERO_SELF_SIGNED_CERT$/, 'tls self-signed certificate'],
  // A chain that ends in its own root comes from a private authority, not from one server.
  [/^(SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_(VERIFY_LEAF|GET_ISSUER))/, 'tls unknown issuer'],
  [
    /^(CERT_|CRL_|ERROR_IN_C|INVALID_(CA|PURPOSE)|PATH_LENGTH_|UNABLE_TO_|ERR_TLS|ERR_O?SSL|EPROTO)/,
    'tls',
  ],
  [/^MALFORMED_ANSWER$/, 'malformed answer'],
  [/^(ECONNRESET|EPIPE|CONNECTION_CLOSED)$/, 'connection closed'],
] as const;

/** Everything else. */
const OTHER = 'failed';

/**
 * Classes without an error code: the client ends the exchange itself, or comments on the answer.
 */
const OWN_CLASSES = ['timeout', 'redirect', 'answer cut off'] as const;

/** Every class with which an `error_message` can begin; `docs/attempts.md` lists them. */
export const ERROR_CLASSES: readonly string[] = [
  ...new Set([...CLASSES.map(([, name]) => name), ...OWN_CLASSES, OTHER]),
];

/** A certificate can have thousands of names, and the name mismatch message quotes them all. */
const MESSAGE_LENGTH = 1_000;

/** Sorts errors of DNS, sockets, TLS and HTTP into the classes of docs/attempts.md. */
export function classifyError(error: unknown): Failure {
  const { code, message } = mostSpecific(error);
  if (code === 'ETIMEDOUT') {
    return { status: 'timeout', message: 'timeout: no connection within the time limit' };
  }
  const name = CLASSES.find(([pattern]) => pattern.test(code))?.[1] ?? OTHER;
  const brief =
    message.length > MESSAGE_LENGTH ? `${message.slice(0, MESSAGE_LENGTH)}...` : message;
  return { status: 'failed', message: `${name}: ${brief}` };
}

/**
 * Dialling several addresses fails with an AggregateError, a look-up with an error around its
 * cause.
 */
function mostSpecific(error: unknown): { code: string; message: string } {
  if (error instanceof AggregateError && error.errors.length > 0) {
    return mostSpecific(error.errors[0]);
  }
  if (!(error instanceof Error)) return { code: '', message: String(error) };
  const code = (error as { code?: unknown }).code;
  if (code === undefined && error.cause instanceof Error) return mostSpecific(error.cause);
  return {
    code: String(code ?? error.name),
    message: error.message || String(code ?? error.name),
  };
}
