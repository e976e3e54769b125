/**
 * Words under which people send credentials. `auth` counts at the beginning of a word, and not in
 * `author`, `authority` or `WWW-Authenticate`.
 */
const SECRET =
  /token|secret|passw|passphrase|passcode|pwd|credential|cookie|jwt|bearer|session|signature|(?:^|[-_.])(?:auth(?!or(?!i[sz]ation)|enticate)|(?:sig|sid|otp|pin|pass)(?![a-z]))/i;

/** Keys that identify a thing rather than open one. Any other key counts as a secret. */
const HARMLESS_KEY =
  /(?:idempotency|idempotence|routing|partition|shard(?:ing)?|sort|order(?:ing)?|group(?:ing)?|dedup(?:e|lication)?|cache|message|event|object|record|row|primary|foreign)[-_.]?key/gi;

/** Whether a header of this name probably carries a credential. In doubt it does. */
export function isSecretName(name: string): boolean {
  return SECRET.test(name) || /key/i.test(name.replace(HARMLESS_KEY, ''));
}
