import type { TLSSocket } from 'node:tls';
import type { DialledOrigin } from '../addresses/address-rules.ts';
import type { Dial } from '../addresses/dialled.ts';
import { MINUTE_MS } from '../model/time-units.ts';
import { Connection } from './connection.ts';
import type { HttpRequest } from './http-request.ts';

/** How often connections that were idle for too long are closed. */
const SWEEP_INTERVAL_MS = 1_000;

/** The node stops, and ends the requests that are left. */
class ClientStopped extends Error {
  readonly code = 'CLIENT_STOPPED';

  constructor() {
    super('the HTTP client has stopped');
  }
}

/**
 * A connection is used for up to this time, so that requests follow an endpoint that moves, and meet its new
 * certificate, although the server of before still answers.
 */
const LIFETIME_MS = 5 * MINUTE_MS;

interface FreeConnection {
  readonly connection: Connection;
  readonly untilMs: number;
}

/** The part of a request that says where it goes, and which connections it may use. */
type Routed = Pick<HttpRequest, 'accountId' | 'identity' | 'newConnection' | 'origin' | 'owner'>;

/** Told of each connection that is secured, for whose request it was opened. */
export type OnSecured = (origin: string, owner: string, socket: TLSSocket) => void;

interface Origin {
  readonly dialled: DialledOrigin;
  /** Most recently used last and reused first, so that surplus connections expire. */
  readonly free: FreeConnection[];
}

/**
 * Keeps connections from one exchange to the next, by origin and client certificate: an endpoint takes
 * whatever comes over a connection for the request of whoever opened it. The caller limits the requests in flight;
 * the pool limits the free connections beside them, which thousands of endpoints would add up.
 */
export class ConnectionPool {
  readonly #dial: Dial;
  readonly #mostOpen: number;
  readonly #onSecured: OnSecured | undefined;
  /** By origin, and client certificate if there is one. */
  readonly #origins = new Map<string, Origin>();
  /** With when each is old. */
  readonly #open = new Map<Connection, number>();
  /** Became free in this turn of the event loop. */
  #resting: Connection[] = [];
  #sweeping: NodeJS.Timeout | undefined;
  #stopped = false;

  /** @param mostOpen Connections that may be open; those without a request are closed beyond it. */
  constructor(dial: Dial, mostOpen = Number.POSITIVE_INFINITY, onSecured?: OnSecured) {
    this.#dial = dial;
    this.#mostOpen = mostOpen;
    this.#onSecured = onSecured;
  }

  /**
   * A free connection, unless it must be new, or a new one that is connecting.
   *
   * @throws {AddressRefused} if the address rules say so without a look-up.
   */
  connectionTo(request: Routed): Connection {
    if (this.#stopped) throw new ClientStopped();
    const origin = this.#originOf(request);
    const nowMs = performance.now();
    while (request.newConnection !== true) {
      const last = origin.free.pop();
      if (last === undefined) break;
      if (last.connection.isClosed) continue;
      if (last.untilMs > nowMs) return last.connection;
      last.connection.close();
    }
    if (this.#open.size >= this.#mostOpen) this.#closeOldest();
    // The connection outlives the request, and must not keep its body.
    const { accountId, identity, origin: at, owner } = request;
    const onSecured = this.#onSecured;
    const connection = new Connection(
      request,
      (read) => this.#dial(origin.dialled, read, { accountId, identity }),
      (free) => this.#rest(free),
      (closed) => this.#open.delete(closed),
      onSecured && owner !== undefined ? (socket) => onSecured(at, owner, socket) : undefined,
    );
    // Those of one endpoint, which often open together, end one after the other.
    this.#open.set(connection, nowMs + LIFETIME_MS * (1 - Math.random() / 4));
    return connection;
  }

  /** The host of an origin as it appears in a request. */
  hostOf(request: Routed): string {
    return this.#originOf(request).dialled.host;
  }

  /** Closes all connections; requests in flight fail. */
  stop(): void {
    this.#stopped = true;
    clearInterval(this.#sweeping);
    for (const connection of this.#open.keys()) connection.fail(new ClientStopped());
  }

  #originOf({ origin: text, identity }: Pick<Routed, 'identity' | 'origin'>): Origin {
    const key = identity === undefined ? text : `${text} ${identity.id}`;
    let origin = this.#origins.get(key);
    if (origin === undefined) {
      origin = { dialled: new URL(text), free: [] };
      this.#origins.set(key, origin);
      this.#sweeping ??= setInterval(() => this.#sweep(), SWEEP_INTERVAL_MS).unref();
    }
    return origin;
  }

  /**
   * Some servers close after an answer without announcing it. When both arrive together, the end is
   * read one turn after the last bytes, after this turn's immediates; so the connection rests until
   * the immediates of the next turn. Without that, up to half of the requests to such a server
   * failed.
   */
  #rest(connection: Connection): void {
    this.#resting.push(connection);
    if (this.#resting.length > 1) return;
    setImmediate(() => {
      const rested = this.#resting;
      this.#resting = [];
      setImmediate(() => this.#keepRested(rested));
    });
  }

  #keepRested(rested: readonly Connection[]): void {
    const nowMs = performance.now();
    for (const connection of rested) {
      if (connection.isClosed) continue;
      const oldMs = this.#open.get(connection) ?? nowMs;
      const untilMs = Math.min(nowMs + connection.keepMs, oldMs);
      this.#originOf(connection.opened).free.push({ connection, untilMs });
    }
  }

  /** Closes the oldest free connection of each origin, until a sixteenth of all may be opened. */
  #closeOldest(): void {
    const enough = this.#mostOpen - Math.ceil(this.#mostOpen / 16);
    let open = this.#open.size;
    for (const { free } of this.#origins.values()) {
      if (open <= enough) return;
      const oldest = free.shift();
      if (oldest === undefined) continue;
      oldest.connection.close();
      open--;
    }
  }

  #sweep(): void {
    const nowMs = performance.now();
    for (const [key, { free }] of this.#origins) {
      const kept = free.filter(
        ({ connection, untilMs }) => !connection.isClosed && untilMs > nowMs,
      );
      for (const { connection, untilMs } of free) if (untilMs <= nowMs) connection.close();
      if (kept.length === 0) this.#origins.delete(key);
      else if (kept.length < free.length) free.splice(0, free.length, ...kept);
    }
    if (this.#origins.size > 0) return;
    clearInterval(this.#sweeping);
    this.#sweeping = undefined;
  }
}
