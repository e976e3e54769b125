/**
 * The value of a header whose name a user chose, in lower case; repeated ones are joined. Node keeps headers
 * in a plain object, which has a `constructor` and a `__proto__` that nobody sent.
 */
export function ownHeader(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
  name: string,
): string | undefined {
  const value = Object.hasOwn(headers, name) ? headers[name] : undefined;
  return value === undefined || typeof value === 'string' ? value : value.join(', ');
}
