import type { TcpNetConnectOpts } from 'node:net';

/** Of every connection, to an endpoint or to a proxy. */
export const TCP_OPTIONS = {
  // How long one address of several may take before the next is tried. Node's default of 250 ms
  // abandons endpoints behind a slow satellite link; within 1 s TCP has not yet resent a lost packet.
  autoSelectFamilyAttemptTimeout: 1_000,
  noDelay: true,
  keepAlive: true,
  // How long a connection may be silent before the kernel probes the other side.
  keepAliveInitialDelay: 60_000,
} as const satisfies Partial<TcpNetConnectOpts>;
