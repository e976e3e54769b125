import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { monotonicUs } from '../measure/monotonic-us.ts';
import { type Quantiles, quantiles } from '../measure/quantiles.ts';
import { messageReader } from '../wire/message-reader.ts';
import { DIGITS, STAMP_FIELD } from '../wire/stamp.ts';
import { serve } from './serve.ts';

/**
 * The commands of a process that plays the endpoints of webhooks. It cuts bytes into requests
 * instead of parsing HTTP as the harness's receiver does: a parser would take cores that the
 * measured server needs.
 */
export interface FastReceiver {
  /** Listens on `count` ports, an origin each, as endpoints have. With `hang` they never answer. */
  open(endpoints: { readonly count: number; readonly hang: boolean }): Promise<number[]>;
  /** Closes the connections of endpoints that hang. */
  hangUp(nothing: undefined): Promise<void>;
  /** Resets the count and the latencies. */
  reset(nothing: undefined): Promise<void>;
  /** Resolves when `count` requests were received since `reset`. */
  received(wanted: { readonly count: number }): Promise<Received>;
  /** Resolves immediately. */
  soFar(nothing: undefined): Promise<Received>;
  /** The count alone, which costs next to nothing. */
  counted(nothing: undefined): Promise<number>;
}

export interface Received {
  readonly count: number;
  /** From the time that is stamped into the event to its arrival. */
  readonly latency: Quantiles;
  /** Requests of events without a stamp, and the time from the first to the last of them. */
  readonly unstamped: { readonly count: number; readonly seconds: number };
}

const ANSWER = Buffer.from(
  'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok',
);

const servers: Server[] = [];
const hanging = new Set<Socket>();
let count = 0;
let latenciesUs: number[] = [];
let unstamped = { count: 0, firstUs: 0, lastUs: 0 };
let waiting: { readonly count: number; resolve(): void } | undefined;

function take(bytes: Buffer, bodyStart: number): void {
  const field = bytes.indexOf(STAMP_FIELD, bodyStart);
  if (field !== -1) {
    const digits = field + STAMP_FIELD.length;
    const stamp = Number(bytes.toString('latin1', digits, digits + DIGITS));
    if (stamp > 0) {
      latenciesUs.push(monotonicUs() - stamp);
    } else {
      unstamped.lastUs = monotonicUs();
      if (unstamped.count++ === 0) unstamped.firstUs = unstamped.lastUs;
    }
  }
  count++;
  if (waiting !== undefined && count >= waiting.count) {
    waiting.resolve();
    waiting = undefined;
  }
}

async function listen(hang: boolean): Promise<number> {
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on(
      'data',
      messageReader((_head, bytes, bodyStart) => {
        if (hang) return;
        take(bytes, bodyStart);
        socket.write(ANSWER);
      }),
    );
    if (hang) hanging.add(socket);
    socket.on('close', () => hanging.delete(socket));
    // A sender that is killed or gives up resets its connections.
    socket.on('error', () => undefined);
  });
  servers.push(server);
  await new Promise<void>((resolve) => {
    server.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 }, resolve);
  });
  return (server.address() as AddressInfo).port;
}

function soFar(): Received {
  const { firstUs, lastUs } = unstamped;
  return {
    count,
    latency: quantiles(latenciesUs),
    unstamped: { count: unstamped.count, seconds: (lastUs - firstUs) / 1_000_000 },
  };
}

serve<FastReceiver>({
  open: (endpoints) =>
    Promise.all(Array.from({ length: endpoints.count }, () => listen(endpoints.hang))),
  async hangUp() {
    for (const socket of hanging) socket.destroy();
  },
  async reset() {
    count = 0;
    latenciesUs = [];
    unstamped = { count: 0, firstUs: 0, lastUs: 0 };
    waiting = undefined;
    globalThis.gc?.();
  },
  async received(wanted) {
    if (count < wanted.count) {
      await new Promise<void>((resolve) => {
        waiting = { count: wanted.count, resolve };
      });
    }
    return soFar();
  },
  soFar: async () => soFar(),
  counted: async () => count,
});
