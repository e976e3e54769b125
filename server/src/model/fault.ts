/**
 * Whose doing it is that a request had no success. The HTTP client decides it, once
 * (`classify-error.ts`); the schedule, the breaker and test requests go by it.
 */
export type Fault = 'endpoint' | 'network' | OwnFault;

/**
 * An outcome that we caused (spec/contract.md, "Delivery rules"): it counts for neither schedule
 * nor breaker.
 *
 * - `stale connection`: a kept connection was closed before any byte of an answer arrived.
 * - `node exhausted`: this machine has no socket, file or memory left.
 * - `ports exhausted`: no local port is left for connections to this one address.
 * - `proxy unusable`: the proxy that deliveries leave through makes no tunnels.
 * - `node stopping`: the node ended the request.
 */
export type OwnFault =
  | 'stale connection'
  | 'node exhausted'
  | 'ports exhausted'
  | 'proxy unusable'
  | 'node stopping';

/** The fault, if it is our own. */
export function ownFault(fault: Fault | undefined): OwnFault | undefined {
  return fault === 'endpoint' || fault === 'network' ? undefined : fault;
}
