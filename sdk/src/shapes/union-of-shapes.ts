interface AttemptRow {
  readonly status_code?: number | null;
  readonly response_code?: number | null;
  readonly response_headers?: Readonly<Record<string, string>> | null;
  readonly response_body?: string | null;
  readonly response?: { readonly status_code?: number | null } | null | undefined;
}

/**
 * One row from either shape of an attempt: the documented one has the parts of the answer as
 * fields, the real service's has the answer as an object. A server may send both; the object holds
 * more, so it wins.
 */
export const unionOfShapes = ({
  response_code,
  response_headers,
  response_body,
  ...row
}: AttemptRow): object => {
  const hasAnswer = (response_headers ?? response_body) != null;
  const documented = hasAnswer
    ? {
        headers: Object.entries(response_headers ?? {}).map(([key, value]) => ({ key, value })),
        payload: response_body ?? null,
      }
    : null;
  // The codec omits what is `null` here.
  return {
    ...row,
    status_code: row.status_code ?? response_code ?? row.response?.status_code ?? null,
    response: row.response ?? documented,
  };
};
