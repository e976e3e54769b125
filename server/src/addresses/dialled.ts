import type { Socket } from 'node:net';
import type { DialledOrigin } from './address-rules.ts';
import type { TlsIdentity } from './tls-identity.ts';
import type { Tunnel } from './tunnel.ts';

/** A connection that is being opened. */
export interface Dialled {
  readonly socket: Socket;
  /**
   * The event of `socket` after which it may be written to. A `tunnel` may lead to a further
   * connection inside, a `Dialled`, which that event has as its argument.
   */
  readonly opens: 'connect' | 'secureConnect' | 'tunnel';
  /** It begins with the look-up of a name, which ends with the event `lookup`. */
  readonly looksUp?: boolean;
  /** Present where a proxy is on the way. */
  readonly tunnel?: Tunnel;
}

/** For whom a connection is opened. */
export interface DialledFor {
  /** For whose requests: look-ups are shared among accounts. */
  readonly accountId?: number | undefined;
  /** What is presented to an endpoint that demands a certificate. */
  readonly identity?: TlsIdentity | undefined;
}

/**
 * Opens a connection. What it receives is passed to `read` as a view of a buffer that is
 * overwritten after the call.
 *
 * @throws {AddressRefused} if the rules forbid the origin before any look-up.
 */
export type Dial = (
  origin: DialledOrigin,
  read: (bytes: Buffer) => void,
  dialledFor?: DialledFor,
) => Dialled;
