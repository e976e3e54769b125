/**
 * The phases of an attempt, in order. A request over a kept connection begins with `request`.
 *
 * - `dns`: the look-up of the endpoint's name, or of the proxy's
 * - `connect`: the TCP connection to the endpoint, or to the proxy
 * - `proxy`: the proxy's tunnel to the endpoint
 * - `tls`: the handshake with the endpoint
 * - `request`: until the kernel has taken the whole request
 * - `first_byte`: the wait for the first byte of an answer
 * - `body`: the rest of the answer
 */
export const PHASES = ['dns', 'connect', 'proxy', 'tls', 'request', 'first_byte', 'body'] as const;

export type Phase = (typeof PHASES)[number];

/** How long each of `PHASES` took, in whole milliseconds; `NO_PHASE` where it did not happen. */
export type PhaseTimes = readonly number[];

export const NO_PHASE = -1;
