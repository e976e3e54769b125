/**
 * Names under which people send credentials. `auth` stands at the beginning of a word, and is not an
 * author's; a bare `key` is not here, since idempotency, routing and partition keys are no secrets.
 */
const CREDENTIAL =
  /token|secret|passw|passphrase|credential|cookie|(?:api|access|auth|private)[-_.]?key|(?:^|[-_.])auth(?!or(?!i[sz]ation))/i;

/** Whether a header of this name looks as if its value were a credential. */
export function isCredentialHeader(name: string): boolean {
  return CREDENTIAL.test(name);
}
