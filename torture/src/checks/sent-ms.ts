import type { SeenRequest } from '../books/books.ts';

/**
 * When a request was sent: the time of its signature, in whole seconds. The kernel keeps what a process
 * sent before it died until the receiver reads it, and by then no process is found at the other end. On a
 * machine with a load of 25 a turn of the receiver took 0.7 s, of which each accepts one connection of an
 * endpoint, so requests arrived up to 50 s after their senders had ended.
 */
export function sentMs({ arrivedMs, signedAt }: SeenRequest): number {
  const signedMs = Date.parse(signedAt);
  return Number.isNaN(signedMs) ? arrivedMs : Math.min(arrivedMs, signedMs);
}
