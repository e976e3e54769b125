/**
 * The token in an `Authorization` header (spec/contract.md, "Credentials"), in any of three forms:
 * `Basic base64(email/token:TOKEN)`, `Basic base64(email:TOKEN)` and `Bearer TOKEN`. The email is
 * ignored: the token alone identifies the account.
 */
export function tokenOf(header: string): string | undefined {
  const match = /^(basic|bearer) +(\S+) *$/i.exec(header);
  if (match === null) return undefined;
  const [, scheme = '', value = ''] = match;
  if (scheme.toLowerCase() === 'bearer') return value;
  const decoded = Buffer.from(value, 'base64').toString();
  const colon = decoded.indexOf(':');
  const token = decoded.slice(colon + 1);
  return colon === -1 || token === '' ? undefined : token;
}
