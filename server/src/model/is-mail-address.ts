/** A local part as nearly everybody has it, and a host name: no quotes, comments or routes, and nothing that ends a header. */
const ADDRESS =
  /^[A-Za-z\d!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z\d](?:[A-Za-z\d-]{0,62})(?:\.[A-Za-z\d](?:[A-Za-z\d-]{0,62}))*$/;

/** Whether a text is the address of a mailbox, in ASCII, of at most 254 characters. */
export function isMailAddress(text: string): boolean {
  return text.length <= 254 && ADDRESS.test(text);
}
