import type { AttemptStatus } from '../delivery-status.ts';

/** Why there was no answer: the status, and a message that begins with the class of the error. */
export interface Failure {
  readonly status: Extract<AttemptStatus, 'failed' | 'timeout'>;
  readonly message: string;
}

/** By the beginning of an error's code, most particular first. */
const CLASSES: readonly (readonly [RegExp, string])[] = [
  [/^ADDRESS_REFUSED$/, 'address refused'],
  [/^DNS_/, 'dns'],
  [/^ECONNREFUSED$/, 'connection refused'],
  [/^(EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL)$/, 'unreachable'],
  [/^(CERT_|ERR_TLS|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|ERR_SSL|EPROTO)/, 'tls'],
  [
    /^(HPE_|HTTPParserError|UND_ERR_HEADERS_OVERFLOW|UND_ERR_RES_CONTENT_LENGTH|UND_ERR_INVALID)/,
    'malformed answer',
  ],
  [/^(ECONNRESET|EPIPE|UND_ERR_SOCKET)$/, 'connection closed'],
];

/** Sorts the errors of DNS, sockets, TLS and HTTP into the classes of contract §6. */
export function classifyError(error: unknown): Failure {
  const { code, message } = mostTelling(error);
  if (code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ETIMEDOUT') {
    return { status: 'timeout', message: 'timeout: no connection within the time limit' };
  }
  const name = CLASSES.find(([pattern]) => pattern.test(code))?.[1] ?? 'failed';
  return { status: 'failed', message: `${name}: ${message}` };
}

/** A dial of several addresses fails with an AggregateError, a request with an error around its cause. */
function mostTelling(error: unknown): { code: string; message: string } {
  if (error instanceof AggregateError && error.errors.length > 0) {
    return mostTelling(error.errors[0]);
  }
  if (!(error instanceof Error)) return { code: '', message: String(error) };
  const code = (error as { code?: unknown }).code;
  if (code === undefined && error.cause instanceof Error) return mostTelling(error.cause);
  // undici's parser errors have a name but no code, and an answer that it cannot take, such as an
  // upgrade, has the code of a closed connection.
  const unfit = code === 'UND_ERR_SOCKET' && error.message.startsWith('bad ');
  return {
    code: unfit ? 'HTTPParserError' : String(code ?? error.name),
    message: error.message || String(code ?? error.name),
  };
}
