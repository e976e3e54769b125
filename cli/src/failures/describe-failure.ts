import { CommandFailure, type FailureDetails } from './command-failure.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';

/** A failure as it is printed. */
export interface DescribedFailure extends FailureDetails {
  readonly message: string;
  /** Of a defect of ours. */
  readonly stack?: string | undefined;
}

/** What the errors of the SDK have; the SDK itself is not loaded for commands that do not call it. */
interface AnswerError extends Error {
  readonly statusCode: number;
  readonly requestId?: string | undefined;
  readonly data?: unknown;
}

interface ErrorBody {
  readonly error?: { readonly code?: unknown; readonly message?: unknown };
}

/** What to do about the errors without an answer, by the names that the SDK gives them. */
const WITHOUT_ANSWER: Readonly<Record<string, readonly [ExitCode, string | undefined]>> = {
  ConnectionError: [
    EXIT.network,
    'Check the URL (--url, HOOKTRAIL_URL or the profile) and that the node runs, then repeat the command.',
  ],
  TimeoutError: [EXIT.network, 'Repeat the command, with a longer --timeout if it needs one.'],
  ConfigurationError: [EXIT.usage, undefined],
  QuerySyntaxError: [EXIT.usage, 'docs/query.md describes the language.'],
  SignatureVerificationError: [EXIT.failed, undefined],
  PaginationError: [EXIT.network, 'Repeat the command.'],
  ResponseValidationError: [
    EXIT.network,
    'Something else than Hooktrail answered: check the URL, and proxies before it.',
  ],
};

/** Turns whatever a command threw into its message and exit code. */
export function describeFailure(error: unknown): DescribedFailure {
  if (error instanceof CommandFailure) return { ...error.details, message: error.message };
  if (!(error instanceof Error)) return defect(new Error(String(error)));
  if (error.name in WITHOUT_ANSWER) {
    const [exitCode, next] = WITHOUT_ANSWER[error.name] as (typeof WITHOUT_ANSWER)[string];
    return { exitCode, code: error.name, message: messageOf(error), next };
  }
  if (isAnswer(error)) return ofAnswer(error);
  // What the file system and sockets refuse: the message names the call and the path.
  if ('code' in error && 'syscall' in error) {
    return { exitCode: EXIT.failed, code: String(error.code), message: error.message };
  }
  return defect(error);
}

function ofAnswer(error: AnswerError): DescribedFailure {
  const { code, message } = (error.data as ErrorBody | undefined)?.error ?? {};
  const exitCode = exitOf(error.statusCode);
  return {
    exitCode,
    code: typeof code === 'string' ? code : `Http${error.statusCode}`,
    message: typeof message === 'string' && message !== '' ? message : error.message,
    requestId: error.requestId,
    next: nextOf(error.statusCode),
  };
}

function exitOf(status: number): ExitCode {
  if (status === 401 || status === 403) return EXIT.credentials;
  if (status === 404) return EXIT.notFound;
  if (status === 408 || status === 429 || status >= 500 || status < 400) return EXIT.network;
  return EXIT.refused;
}

function nextOf(status: number): string | undefined {
  if (status === 401) return 'Log in: hooktrail login. Or set HOOKTRAIL_TOKEN.';
  if (status === 403) return 'Use a token whose role may do this: docs/access.md lists the roles.';
  if (status === 404) return 'Check the id, and that the profile is of the right account.';
  if (status === 429) return 'Wait a little, then repeat the command.';
  if (status >= 500) return 'Repeat the command; if it stays so, look at the log of the node.';
  if (status < 400) return 'Something redirects: check the URL, and proxies before it.';
  return undefined;
}

/** `fetch failed` says nothing: the cause names the address and what went wrong. */
function messageOf(error: Error): string {
  const parts: string[] = [];
  for (let one: unknown = error; one instanceof Error; one = one.cause) {
    const { message } = one;
    if (message !== '' && !parts.some((part) => part.includes(message))) parts.push(message);
  }
  return parts.join(': ');
}

function isAnswer(error: Error): error is AnswerError {
  return 'statusCode' in error && 'rawResponse' in error;
}

function defect(error: Error): DescribedFailure {
  return {
    exitCode: EXIT.failed,
    code: 'Defect',
    message: `this is a defect of hooktrail: ${error.message}`,
    stack: error.stack,
  };
}
