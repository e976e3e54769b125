import type { ErrorCode } from './errors.ts';
import type { FieldCode } from './field-codes.ts';

/** One rejected parameter or body field. */
export interface FieldError {
  /** The name of a parameter or header, or a path into the body: `webhook.subscriptions[2]`. */
  readonly field: string;
  readonly code: FieldCode;
  /** A sentence that names the field, the rule and, unless it is secret, the value. */
  readonly message: string;
  /** The keys to a field of the body, where `field` does not say them: a key may have dots. */
  readonly path?: readonly string[] | undefined;
}

interface ApiErrorOptions extends ErrorOptions {
  readonly errors?: readonly FieldError[];
  readonly headers?: Readonly<Record<string, string>>;
  /** The parameter or header that the error is about, if it is not the usual one of its code. */
  readonly field?: string;
}

/** An error to send to the caller. Its HTTP status comes from the `ERRORS` table. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: ErrorCode;
  readonly errors: readonly FieldError[];
  readonly headers: Readonly<Record<string, string>>;
  readonly field: string | undefined;

  constructor(code: ErrorCode, message: string, options: ApiErrorOptions = {}) {
    super(message, options);
    this.code = code;
    this.errors = options.errors ?? [];
    this.headers = options.headers ?? {};
    this.field = options.field;
  }
}
