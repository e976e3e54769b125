import type { AttemptStatus } from '../model/delivery-status.ts';
import type { ErrorClass } from '../model/error-class.ts';
import type { Fault } from '../model/fault.ts';
import { describeTlsError } from './describe-tls-error.ts';

/**
 * Why there was no answer: the status, whose fault it is, and a message that begins with its class.
 */
export interface Failure {
  readonly status: Extract<AttemptStatus, 'failed' | 'timeout'>;
  readonly fault: Fault;
  readonly errorClass: ErrorClass;
  readonly message: string;
}

/** By the beginning of an error's code, most specific first: the class, and whose fault it is. */
const CLASSES: readonly (readonly [RegExp, ErrorClass, Fault])[] = [
  [/^STALE_CONNECTION$/, 'stale connection', 'stale connection'],
  [/^(EMFILE|ENFILE|ENOBUFS|ENOMEM)$/, 'node exhausted', 'node exhausted'],
  [/^PORTS_EXHAUSTED$/, 'node exhausted', 'ports exhausted'],
  [/^CLIENT_STOPPED$/, 'node stopping', 'node stopping'],
  [/^PROXY_UNUSABLE$/, 'proxy unusable', 'proxy unusable'],
  [/^PROXY_REFUSED$/, 'proxy', 'network'],
  [/^ADDRESS_REFUSED$/, 'address refused', 'endpoint'],
  [/^DNS_/, 'dns', 'network'],
  [/^ECONNREFUSED$/, 'connection refused', 'endpoint'],
  [/^(EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL)$/, 'unreachable', 'network'],
  [/^ERR_TLS_CERT_ALTNAME_INVALID$/, 'tls name mismatch', 'endpoint'],
  [/^CERT_HAS_EXPIRED$/, 'tls certificate expired', 'endpoint'],
  [/^CERT_NOT_YET_VALID$/, 'tls certificate not yet valid', 'endpoint'],
  [/^DEPTH_ZERO_SELF_SIGNED_CERT$/, 'tls self-signed certificate', 'endpoint'],
  // A chain that ends in its own root comes from a private authority, not from one server.
  [
    /^(SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_(VERIFY_LEAF|GET_ISSUER))/,
    'tls unknown issuer',
    'endpoint',
  ],
  [
    /^(CERT_|CRL_|ERROR_IN_C|INVALID_(CA|PURPOSE)|PATH_LENGTH_|UNABLE_TO_|ERR_TLS|ERR_O?SSL|EPROTO)/,
    'tls',
    'endpoint',
  ],
  [/^MALFORMED_ANSWER$/, 'malformed answer', 'endpoint'],
  [/^(ECONNRESET|EPIPE|CONNECTION_CLOSED)$/, 'connection closed', 'endpoint'],
];

/** Everything else. */
const OTHERS = [/^/, 'failed', 'endpoint'] as const;

/** A certificate can have thousands of names, and the name mismatch message quotes them all. */
const MESSAGE_LENGTH = 1_000;

/** Sorts errors of DNS, sockets, TLS and HTTP into the classes of docs/attempts.md. */
export function classifyError(error: unknown): Failure {
  const { code, message } = mostSpecific(error);
  if (code === 'ETIMEDOUT') {
    const brief = 'timeout: no connection within the time limit';
    return { status: 'timeout', fault: 'network', errorClass: 'timeout', message: brief };
  }
  const [, errorClass, fault] = CLASSES.find(([pattern]) => pattern.test(code)) ?? OTHERS;
  const text = oneLine(errorClass === 'tls' ? describeTlsError(message) : message);
  const brief = text.length > MESSAGE_LENGTH ? `${text.slice(0, MESSAGE_LENGTH)}...` : text;
  return { status: 'failed', fault, errorClass, message: `${errorClass}: ${brief}` };
}

interface Found {
  readonly code: string;
  readonly message: string;
}

/**
 * Dialling several addresses fails with an AggregateError, a look-up with an error around its
 * cause. Of several errors the first is reported, unless one says that this machine has no port
 * left: then the others say nothing about the endpoint.
 */
function mostSpecific(error: unknown): Found {
  if (error instanceof AggregateError && error.errors.length > 0) {
    const all = error.errors.map(mostSpecific);
    return all.find(({ code }) => code === 'PORTS_EXHAUSTED') ?? (all[0] as Found);
  }
  if (!(error instanceof Error)) return { code: '', message: String(error) };
  const code = (error as { code?: unknown }).code;
  if (code === undefined && error.cause instanceof Error) return mostSpecific(error.cause);
  return {
    code: hasNoPort(error) ? 'PORTS_EXHAUSTED' : String(code ?? error.name),
    message: error.message || String(code ?? error.name),
  };
}

/**
 * All local ports are in use towards this address. For an IPv6 address the same code says that this
 * machine has no IPv6, which no waiting ends.
 */
function hasNoPort(error: NodeJS.ErrnoException & { address?: string }): boolean {
  return error.code === 'EADDRNOTAVAIL' && error.address?.includes(':') === false;
}

/** Without line feeds and other control characters. */
function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to replace
  return text.replace(/[\u0000-\u001f\u007f]+/g, ' ').trim();
}
