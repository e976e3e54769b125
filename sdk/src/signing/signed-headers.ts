/**
 * Request headers as servers provide them: a `Headers`, another object with such a `get`, or an
 * object such as `request.headers` of `node:http`. Names match in any case.
 */
export type SignedHeaders =
  | { get(name: string): string | null | undefined }
  | Readonly<Record<string, string | readonly string[] | undefined>>;

/** The value of a header; empty when there is none. */
export const readHeader = (headers: SignedHeaders, name: string): string => {
  if (typeof headers.get === 'function') return headers.get(name) ?? '';
  // A repeated header is joined with commas, which no signature and no time has: it is refused.
  return Object.entries(headers)
    .flatMap(([key, value]) => (key.toLowerCase() === name ? value : []))
    .join();
};
