import { type AddressInfo, createServer, type Socket } from 'node:net';

/** Answers one request, or does what no HTTP server would do, with bytes. */
export type Script = (socket: Socket, request: string) => void;

/** An endpoint on loopback that speaks no HTTP but what its script says. */
export interface RawReceiver {
  readonly url: string;
  readonly port: number;
  /** What came, a request each, head and body. */
  readonly requests: readonly string[];
  /** The connections that were made, and how many of them are open. */
  readonly connections: { made: number; open: number };
  behave(script: Script): void;
  close(): Promise<void>;
}

interface Options {
  readonly host?: string;
  /** Reads nothing; the script is called when a connection was made. */
  readonly deaf?: boolean;
}

/** Starts a receiver; its script is called when a whole request has come. */
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
    socket.on('error', () => undefined); // the sender goes when it has had enough
    let came = '';
    if (deaf) script(socket, '');
    else
      socket.on('data', (chunk) => {
        came += chunk.toString('latin1');
        for (;;) {
          const length = requestLength(came);
          if (length === undefined || came.length < length) return;
          const request = came.slice(0, length);
          came = came.slice(length);
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
