/** Parses an account id in a path: 1 to 15 digits. Undefined when no account can have it. */
export function parseAccountId(text: string): number | undefined {
  return /^[1-9]\d{0,14}$/.test(text) ? Number(text) : undefined;
}
