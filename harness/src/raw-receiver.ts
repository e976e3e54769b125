import { type AddressInfo, createServer, type Socket } from 'node:net';

/** Writes the bytes that answer one request, or misbehaves as no HTTP server would. */
export type Script = (socket: Socket, request: string) => void;

/** A TCP endpoint on loopback that sends exactly the bytes of its script. */
export interface RawReceiver {
  readonly url: string;
  readonly port: number;
  /** The requests that arrived, head and body. */
  readonly requests: readonly string[];
  /** How many connections were made, and how many of them are still open. */
  readonly connections: { made: number; open: number };
  /** The bytes that were written to the connections that are open. */
  readonly bytesWritten: number;
  /** Replaces the script. */
  behave(script: Script): void;
  close(): Promise<void>;
}

interface Options {
  /** The address to listen on; 127.0.0.1 by default. */
  readonly host?: string;
  /** Never reads: runs the script as soon as a connection is made. */
  readonly deaf?: boolean;
}

/** Starts a receiver on a free port. It runs the script for each complete request. */
export async function startRawReceiver(
  initial: Script,
  { host = '127.0.0.1', deaf = false }: Options = {},
): Promise<RawReceiver> {
  let script = initial;
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  const connections = { made: 0, open: 0 };
  const server = createServer((socket) => {
    connections.made++;
    connections.open++;
    sockets.add(socket);
    socket.on('error', () => undefined); // the sender resets the connection when it gives up
    let unread = '';
    if (deaf) script(socket, '');
    else
      socket.on('data', (chunk) => {
        unread += chunk.toString('latin1');
        for (;;) {
          const length = requestLength(unread);
          if (length === undefined || unread.length < length) return;
          const request = unread.slice(0, length);
          unread = unread.slice(length);
          requests.push(request);
          script(socket, request);
        }
      });
    socket.on('close', () => {
      connections.open--;
      sockets.delete(socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    port,
    requests,
    connections,
    get bytesWritten() {
      return Array.from(sockets, (socket) => socket.bytesWritten).reduce(
        (sum, one) => sum + one,
        0,
      );
    },
    behave(next) {
      script = next;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function requestLength(text: string): number | undefined {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const length = /\r\ncontent-length: *(\d+)/i.exec(text.slice(0, end))?.[1] ?? '0';
  return end + 4 + Number(length);
}
