import { decode } from './wire.ts';

interface AttemptRow {
  readonly status_code?: number | null;
  readonly response_code?: number | null;
  readonly response_headers?: Readonly<Record<string, string>> | null;
  readonly response_body?: string | null;
  readonly response?: { readonly status_code?: number | null } | null | undefined;
}

/**
 * An attempt, from either of the shapes that it comes in: the documented one has the parts of the
 * answer as fields, the real service's has the answer as an object. Both may be there at once;
 * the object has more in it, and wins.
 */
export const decodeAttempt = <T>({
  response_code,
  response_headers,
  response_body,
  ...row
}: AttemptRow): T =>
  // What is absent becomes null here, and is then left out.
  decode({
    ...row,
    status_code: row.status_code ?? response_code ?? row.response?.status_code ?? null,
    response:
      row.response ??
      ((response_headers ?? response_body) == null
        ? null
        : {
            headers: Object.entries(response_headers ?? {}).map(([key, value]) => ({ key, value })),
            payload: response_body ?? null,
          }),
  });
