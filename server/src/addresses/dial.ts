import { connect, isIP, type LookupFunction, type Socket, type TcpNetConnectOpts } from 'node:net';
import { connect as connectTls, createSecureContext, type SecureContext } from 'node:tls';
import type { AddressRules, DialledOrigin } from './address-rules.ts';
import type { NameResolver } from './create-name-resolver.ts';

/** The address rules forbid all addresses of an endpoint, or its port. */
export class AddressRefused extends Error {
  readonly code = 'ADDRESS_REFUSED';
}

/** Addresses of one name; there is no time in a request to try more. */
const MOST_DIALLED = 8;

/**
 * How long one address of several may take before the next is tried. Node's default of 250 ms
 * abandons endpoints behind a slow satellite link; within 1 s TCP has not yet resent a lost packet.
 */
const ATTEMPT_MS = 1_000;

/** How long a connection may be silent before the kernel probes the other side. */
const KEEP_ALIVE_MS = 60_000;

/** TLS sessions kept for resumption, one per origin. */
const MOST_SESSIONS = 1_000;

/** All connections receive into this one buffer; each read is consumed before the next. */
const RECEIVED = Buffer.allocUnsafeSlow(64 * 1024);

/**
 * Opens a connection. What it receives is passed to `read` as a view of a buffer that is
 * overwritten after the call.
 *
 * @param accountId For whose requests: look-ups are shared among accounts.
 * @throws {AddressRefused} if the rules forbid the origin before any look-up.
 */
export type Dial = (
  origin: DialledOrigin,
  read: (bytes: Buffer) => void,
  accountId?: number,
) => Socket;

/**
 * Opens connections for deliveries. The rules check the addresses that are dialled, in the one
 * look-up that the connection uses, so no second DNS answer can come between check and dial. Of
 * several addresses only the allowed ones are dialled.
 */
export function createDial(rules: AddressRules, resolve: NameResolver): Dial {
  const sessions = new Map<string, Buffer>();
  /** One for all connections, created with the first TLS connection: it takes 0.3 ms. */
  let secureContext: SecureContext | undefined;

  const guardedLookup =
    (accountId: number | undefined): LookupFunction =>
    (hostname, options, callback) => {
      resolve(hostname, accountId).then(
        (addresses) => {
          const open = addresses.filter(({ address }) => rules.refusal(address) === undefined);
          const first = open[0];
          if (first === undefined) {
            const refused = rules.refusalOfAll(addresses.map(({ address }) => address));
            return callback(new AddressRefused(refused), []);
          }
          if (options.all === true) return callback(null, open.slice(0, MOST_DIALLED));
          return callback(null, first.address, first.family);
        },
        (error: NodeJS.ErrnoException) => callback(error, []),
      );
    };

  function keepSession(origin: string, session: Buffer): void {
    sessions.delete(origin);
    sessions.set(origin, session);
    for (const oldest of sessions.keys()) {
      if (sessions.size <= MOST_SESSIONS) break;
      sessions.delete(oldest);
    }
  }

  return (origin, read, accountId) => {
    // `lookup` is not called for a host that is already an address, and a port needs none.
    const refused = rules.originRefusal(origin);
    if (refused !== undefined) throw new AddressRefused(refused);
    const secure = origin.protocol === 'https:';
    const host = origin.hostname.replace(/^\[|\]$/g, '');
    const options: TcpNetConnectOpts = {
      host,
      port: Number(origin.port || (secure ? 443 : 80)),
      lookup: guardedLookup(accountId),
      autoSelectFamilyAttemptTimeout: ATTEMPT_MS,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: KEEP_ALIVE_MS,
      onread: {
        buffer: RECEIVED,
        callback(length, bytes) {
          read(bytes.subarray(0, length) as Buffer);
          return true;
        },
      },
    };
    if (!secure) return connect(options);
    // A trailing dot marks a complete name; no certificate has it. An address is not a server name.
    const name = host.endsWith('.') ? host.slice(0, -1) : host;
    const session = sessions.get(origin.host);
    secureContext ??= createSecureContext();
    const socket = connectTls({
      ...options,
      secureContext,
      servername: isIP(name) === 0 ? name : '',
      ALPNProtocols: ['http/1.1'],
      // The certificate must match the endpoint's name. Never switch this off.
      rejectUnauthorized: true,
      ...(session !== undefined && { session }),
    });
    socket.on('session', (received) => {
      // A resumed session sends no certificate. If its successors were resumed in turn, the
      // certificate of a busy endpoint would be checked once, and could expire unnoticed.
      if (!socket.isSessionReused()) keepSession(origin.host, received);
    });
    socket.once('close', () => {
      // A server that fails to resume its own session would otherwise fail every later attempt.
      if (!socket.authorized && sessions.get(origin.host) === session) sessions.delete(origin.host);
    });
    return socket;
  };
}
