import { connect, isIP, type LookupFunction, type Socket, type TcpNetConnectOpts } from 'node:net';
import { connect as connectTls, createSecureContext, type SecureContext } from 'node:tls';
import type { AddressRules, DialledOrigin } from './address-rules.ts';
import type { NameResolver } from './create-name-resolver.ts';

/** No address of an endpoint may be dialled, or not its port. */
export class AddressRefused extends Error {
  readonly code = 'ADDRESS_REFUSED';
}

/** Of a name with many addresses; more would not be tried within the time of a request. */
const MOST_DIALLED = 8;

/**
 * How long one address of several may take before the next is tried. Node's 250 ms gives up on
 * endpoints that are a slow satellite link away; after 1 s a lost packet has not been sent again yet.
 */
const ATTEMPT_MS = 1_000;

/** How long a connection may be silent before the kernel asks whether the other side is there. */
const KEEP_ALIVE_MS = 60_000;

/** TLS sessions that are kept to be resumed, one for each origin. */
const MOST_SESSIONS = 1_000;

/** What came is read here, by whichever connection it came on, before anything else is. */
const RECEIVED = Buffer.allocUnsafeSlow(64 * 1024);

/**
 * Begins to make a connection. What comes on it is handed to `read`, as a view of bytes that are overwritten
 * afterwards.
 *
 * @throws {AddressRefused} if the rules say so without a look-up.
 */
export type Dial = (origin: DialledOrigin, read: (bytes: Buffer) => void) => Socket;

/**
 * Makes connections for deliveries. The rules are asked about the addresses that are dialled, in
 * the one look-up that the connection uses: between check and dial no second answer of DNS can come.
 * Of several addresses only those are dialled that no rule is against.
 */
export function createDial(rules: AddressRules, resolve: NameResolver): Dial {
  const sessions = new Map<string, Buffer>();
  /** One for all connections, from the first with TLS on: making one takes 0.3 ms. */
  let secureContext: SecureContext | undefined;

  const guardedLookup: LookupFunction = (hostname, options, callback) => {
    resolve(hostname).then(
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

  return (origin, read) => {
    // No look-up is made for a host that is an address already, and none is needed for a port.
    const refused = rules.originRefusal(origin);
    if (refused !== undefined) throw new AddressRefused(refused);
    const secure = origin.protocol === 'https:';
    const host = origin.hostname.replace(/^\[|\]$/g, '');
    const options: TcpNetConnectOpts = {
      host,
      port: Number(origin.port || (secure ? 443 : 80)),
      lookup: guardedLookup,
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
    // A trailing dot says that the name is complete; no certificate has it. An address is no name.
    const name = host.endsWith('.') ? host.slice(0, -1) : host;
    const session = sessions.get(origin.host);
    secureContext ??= createSecureContext();
    const socket = connectTls({
      ...options,
      secureContext,
      servername: isIP(name) === 0 ? name : '',
      ALPNProtocols: ['http/1.1'],
      // A certificate must be that of the endpoint's name; never to be switched off.
      rejectUnauthorized: true,
      ...(session !== undefined && { session }),
    });
    socket.on('session', (received) => {
      // No certificate is sent where a session is resumed. If the sessions that follow from it were resumed in
      // turn, the certificate of a busy endpoint would be checked once, and could expire unseen.
      if (!socket.isSessionReused()) keepSession(origin.host, received);
    });
    socket.once('close', () => {
      // A server that fails at its own session would otherwise fail at every attempt from now on.
      if (!socket.authorized && sessions.get(origin.host) === session) sessions.delete(origin.host);
    });
    return socket;
  };
}
