/** The addresses of loopback names. */
export const LOOPBACK_ADDRESSES: readonly string[] = ['127.0.0.1', '::1'];

/** RFC 6761: `localhost`, and every name below it, is this machine, whatever DNS says. */
export function isLoopbackName(hostname: string): boolean {
  return /^(.+\.)?localhost\.?$/i.test(hostname);
}
