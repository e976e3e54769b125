/**
 * Header names that carry credentials. `auth` only at the beginning of a word, and not `author`; a
 * bare `key` is not included, since idempotency, routing and partition keys are not secrets.
 */
const CREDENTIAL =
  /token|secret|passw|passphrase|credential|cookie|(?:api|access|auth|private)[-_.]?key|(?:^|[-_.])auth(?!or(?!i[sz]ation))/i;

/** Whether a header of this name probably carries a credential. */
export function isCredentialHeader(name: string): boolean {
  return CREDENTIAL.test(name);
}
