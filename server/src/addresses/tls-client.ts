import type { Socket, TcpNetConnectOpts } from 'node:net';
import { isIP } from 'node:net';
import { connect, createSecureContext, type SecureContext, type TLSSocket } from 'node:tls';
import type { DialledOrigin } from './address-rules.ts';
import type { TlsIdentity } from './tls-identity.ts';

/** TLS sessions kept for resumption, one for each origin and identity. */
const MOST_SESSIONS = 1_000;

/** Contexts of identities kept. A new one costs 1 ms; each holds a chain and a key. */
const MOST_CONTEXTS = 1_000;

/** Begins TLS connections, and keeps what the next ones can use again. */
export class TlsClient {
  readonly #sessions = new Map<string, Buffer>();
  /** By the id of the identity; the empty one is nobody's. Made at first use: it takes 0.3 ms. */
  readonly #contexts = new Map<string, SecureContext>();
  readonly #mostContexts: number;

  constructor(mostContexts = MOST_CONTEXTS) {
    this.#mostContexts = mostContexts;
  }

  /** Connects, or uses a socket that is connected. */
  connect(
    transport: TcpNetConnectOpts | { readonly socket: Socket },
    origin: DialledOrigin,
    identity: TlsIdentity | undefined,
  ): TLSSocket {
    const host = origin.hostname.replace(/^\[|\]$/g, '');
    // A trailing dot marks a complete name; no certificate has it. An address is not a server name.
    const name = host.endsWith('.') ? host.slice(0, -1) : host;
    // A server takes a resumed session for the one to whom it gave the ticket.
    const key = identity === undefined ? origin.host : `${origin.host} ${identity.id}`;
    const session = this.#sessions.get(key);
    const socket = connect({
      ...transport,
      secureContext: this.#contextOf(identity),
      servername: isIP(name) === 0 ? name : '',
      // Node compares the certificate with this where there is no server name.
      host,
      ALPNProtocols: ['http/1.1'],
      // The certificate must match the endpoint's name. Never switch this off.
      rejectUnauthorized: true,
      ...(session !== undefined && { session }),
    });
    socket.on('session', (received) => {
      // A resumed session sends no certificate. If its successors were resumed in turn, the
      // certificate of a busy endpoint would be checked once, and could expire unnoticed.
      if (!socket.isSessionReused()) keep(this.#sessions, key, received, MOST_SESSIONS);
    });
    socket.once('close', () => {
      // A server that fails to resume its own session would otherwise fail every later attempt.
      if (!socket.authorized && this.#sessions.get(key) === session) this.#sessions.delete(key);
    });
    return socket;
  }

  #contextOf(identity: TlsIdentity | undefined): SecureContext {
    const id = identity?.id ?? '';
    const known = this.#contexts.get(id);
    if (known !== undefined) {
      // What was not used for longest is dropped first.
      if (identity !== undefined) keep(this.#contexts, id, known, this.#mostContexts);
      return known;
    }
    const context = createSecureContext(
      identity && { cert: identity.certificate, key: identity.privateKey },
    );
    keep(this.#contexts, id, context, this.#mostContexts);
    return context;
  }
}

/** Puts an entry at the end of a map, and drops the first ones beyond the most. */
function keep<Value>(map: Map<string, Value>, key: string, value: Value, most: number): void {
  map.delete(key);
  map.set(key, value);
  for (const oldest of map.keys()) {
    if (map.size <= most) break;
    map.delete(oldest);
  }
}
