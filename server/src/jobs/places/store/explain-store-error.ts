import { ExportUnavailable } from '../export-unavailable.ts';

interface Failure {
  readonly name?: string;
  readonly code?: unknown;
  readonly message?: string;
  readonly Code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

const KEY =
  'check HOOKTRAIL_EXPORT_S3_ACCESS_KEY_ID and HOOKTRAIL_EXPORT_S3_SECRET_ACCESS_KEY, and that the key may read, write, list and delete in the bucket';

/** What stores say, and what people do about it. */
const SAID: readonly (readonly [codes: readonly string[], message: string])[] = [
  [
    [
      'AccessDenied',
      'ExpiredToken',
      'Forbidden',
      'InvalidAccessKeyId',
      'InvalidClientTokenId',
      'InvalidToken',
      'SignatureDoesNotMatch',
      'TokenRefreshRequired',
    ],
    `refuses the key: ${KEY}`,
  ],
  [
    ['NoSuchBucket', 'InvalidBucketName'],
    'has no such bucket: make it, or correct HOOKTRAIL_EXPORT_S3_BUCKET',
  ],
  [
    ['AuthorizationHeaderMalformed', 'PermanentRedirect', 'IllegalLocationConstraintException'],
    'has the bucket in another region: correct HOOKTRAIL_EXPORT_S3_REGION or HOOKTRAIL_EXPORT_S3_ENDPOINT',
  ],
  [
    [
      'InsufficientStorage',
      'QuotaExceeded',
      'ServiceQuotaExceeded',
      'StorageFull',
      'XMinioStorageFull',
    ],
    'is full: make room, or raise the quota of the bucket',
  ],
  [['RequestTimeTooSkewed', 'RequestExpired'], 'says that the clock of this node is wrong: set it'],
];

const BY_STATUS: Readonly<Record<number, string>> = {
  301: 'PermanentRedirect',
  401: 'AccessDenied',
  403: 'AccessDenied',
  507: 'InsufficientStorage',
};

/** What the client says before it asks anybody. */
const CLIENT: readonly (readonly [name: RegExp, message: string])[] = [
  [
    /CredentialsProviderError|could not load credentials/i,
    'no key for the store of exports was found: set HOOKTRAIL_EXPORT_S3_ACCESS_KEY_ID and HOOKTRAIL_EXPORT_S3_SECRET_ACCESS_KEY, or give the node a role',
  ],
  [
    /region is missing/i,
    'the region of the store of exports is not known: set HOOKTRAIL_EXPORT_S3_REGION',
  ],
];

const isCertificate = (code: string): boolean =>
  /^(CERT_|DEPTH_ZERO|ERR_TLS|ERR_SSL|SELF_SIGNED|UNABLE_TO_)/.test(code);

const options = (cause: unknown) => ({ cause, reason: 'store' as const });

/**
 * Says what failed at the store, and what people do about it. Where the store is, is for the log, which
 * gets the cause. What nobody needs to mend passes: the store is away, busy or too slow.
 */
export function explainStoreError(error: unknown): Error {
  if (error instanceof ExportUnavailable) return error;
  const { $metadata, Code, code: given, message = '', name = '' } = error as Failure;
  // That of a DOMException is a number.
  const code = typeof given === 'string' ? given : '';
  if (name === 'AbortError') return error as Error;
  const ofClient = CLIENT.find(([pattern]) => pattern.test(name) || pattern.test(message));
  if (ofClient !== undefined) return new ExportUnavailable(ofClient[1], options(error));
  const status = $metadata?.httpStatusCode;
  if (status === undefined) return ofConnection(error, code || name, isCertificate(code));
  const known = SAID.flatMap(([codes]) => codes);
  const said = [Code, name, BY_STATUS[status]].find((one) => known.includes(one ?? ''));
  const what = SAID.find(([codes]) => codes.includes(said ?? ''))?.[1];
  const answer = `${status}${/^\w{3,60}$/.test(name) && name !== 'UnknownError' ? ` ${name}` : ''}`;
  if (what !== undefined) {
    return new ExportUnavailable(`the store of exports ${what} (${answer})`, options(error));
  }
  // 501 is what it will never serve.
  const isPassing = (status >= 500 && status !== 501) || status === 429 || status === 408;
  return new ExportUnavailable(
    isPassing
      ? `the store of exports is busy or broken (${answer})`
      : `the store of exports refuses a request (${answer}): the log of the node has its answer`,
    { ...options(error), isPassing },
  );
}

/** Nothing was answered. */
function ofConnection(error: unknown, code: string, isTls: boolean): Error {
  if (isTls) {
    return new ExportUnavailable(
      `the certificate of the store of exports is not trusted (${code}): correct it, or name its authority in NODE_EXTRA_CA_CERTS`,
      options(error),
    );
  }
  // What is no failure of a connection is a fault of ours: it must not be tried for ever.
  const isNetwork = /^E[A-Z_]+$|Timeout|^UND_ERR/.test(code);
  if (!isNetwork) return error as Error;
  return new ExportUnavailable(`the store of exports does not answer (${code})`, {
    ...options(error),
    isPassing: true,
  });
}
