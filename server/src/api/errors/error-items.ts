import type { ApiError, FieldError } from './api-error.ts';
import { cut } from './cut.ts';
import type { ErrorCode } from './errors.ts';

/** One entry of `errors` in an error answer (spec/contract.md, "Errors"). */
export interface ErrorItem {
  readonly code: string;
  readonly title: string;
  /** The same text twice: JSON:API clients read `detail`, others `message`. */
  readonly detail: string;
  readonly message: string;
  readonly field?: string;
  readonly source?: { readonly parameter: string } | { readonly pointer: string };
}

/** What an answer repeats of a request, at most: names may be as long as the body. */
const MAX_FIELD = 200;
const MAX_MESSAGE = 1_000;

/** The codes whose fields are parameters or headers; the fields of all others are in the body. */
const OF_PARAMETERS: ReadonlySet<ErrorCode> = new Set(['InvalidParameter', 'InvalidCursor']);

const HEADERS: ReadonlySet<string> = new Set(['Authorization', 'Content-Type', 'Idempotency-Key']);

/** What an error without field errors is about: a parameter or header, or the body. */
const SUBJECTS: Partial<Record<ErrorCode, string>> = {
  MalformedBody: 'body',
  Unauthorized: 'Authorization',
  Forbidden: 'Authorization',
  AccountSuspended: 'Authorization',
  RecordNotFound: 'id',
  RouteNotFound: 'path',
  MethodNotAllowed: 'method',
  WebhookInactive: 'id',
  WebhookPaused: 'id',
  AttemptUnderWay: 'invocation_id',
  LastOperatorToken: 'id',
  EventGone: 'invocation_id',
  BodyTooLarge: 'body',
  UnsupportedMediaType: 'Content-Type',
  TooManyRequests: 'Authorization',
  HeadersTooLarge: 'headers',
};

/** The entries of `errors`: one for each rejected field, or one for the request. */
export function errorItems(
  error: Pick<ApiError, 'code' | 'message' | 'errors' | 'field'>,
  title: string,
): ErrorItem[] {
  const { code, errors } = error;
  if (errors.length > 0) return errors.map((one) => fieldItem(code, one));
  const field = error.field ?? SUBJECTS[code];
  const detail = cut(error.message, MAX_MESSAGE);
  return [
    {
      code,
      title,
      detail,
      message: detail,
      ...(field !== undefined && {
        field,
        source: field === 'body' ? { pointer: '' } : { parameter: field },
      }),
    },
  ];
}

function fieldItem(errorCode: ErrorCode, { field, code, message, path }: FieldError): ErrorItem {
  const detail = cut(message, MAX_MESSAGE);
  const shown = cut(field, MAX_FIELD);
  const words = code.replaceAll('_', ' ');
  return {
    code,
    title: words.charAt(0).toUpperCase() + words.slice(1),
    detail,
    message: detail,
    field: shown,
    source:
      OF_PARAMETERS.has(errorCode) || HEADERS.has(field)
        ? { parameter: shown }
        : { pointer: pointer(path ?? keysOf(field)) },
  };
}

/** The keys in a field's name: `webhook.subscriptions[2]` is `webhook`, `subscriptions`, `2`. */
function keysOf(field: string): string[] {
  return field === 'body' ? [] : field.split(/\.|\[(\d+)\]/).filter((key) => key);
}

/** A JSON pointer (RFC 6901). Where it would be too long, it points to what holds the field. */
function pointer(path: readonly string[]): string {
  let text = '';
  for (const key of path) {
    const longer = `${text}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (longer.length > MAX_FIELD) break;
    text = longer;
  }
  return text;
}
