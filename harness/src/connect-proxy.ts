import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

/** What a client asked a proxy for. */
export interface Asked {
  /** `host:port`, as it was spelt. */
  readonly target: string;
  readonly authorization: string | undefined;
}

/** A well-behaved HTTP proxy on loopback, for CONNECT alone. */
export interface ConnectProxy {
  readonly url: string;
  readonly port: number;
  /** All requests, oldest first. */
  readonly asked: readonly Asked[];
  /** Tunnels that are open. */
  readonly tunnels: number;
  /** Closes all tunnels. */
  cut(): void;
  close(): Promise<void>;
}

interface Options {
  /** The `Proxy-Authorization` that it wants; none by default. */
  readonly authorization?: string;
  /** Where the names lead that it knows; other hosts are dialled as they are. */
  readonly hosts?: Readonly<Record<string, string>>;
  /** The targets that it refuses with 403. */
  readonly refuses?: (target: string) => boolean;
  /** A free one by default. */
  readonly port?: number;
}

/** Starts a proxy. */
export async function startConnectProxy({
  authorization,
  hosts = {},
  refuses = () => false,
  port: wanted = 0,
}: Options = {}): Promise<ConnectProxy> {
  const asked: Asked[] = [];
  const clients = new Set<Socket>();
  const server = createServer((_request, response) => response.writeHead(405).end());
  server.on('connect', (request, client: Socket, head: Buffer) => {
    const target = request.url ?? '';
    const given = request.headers['proxy-authorization'];
    asked.push({ target, authorization: given });
    client.on('error', () => undefined);
    const answer = (status: string) =>
      client.end(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\n\r\n`);
    if (authorization !== undefined && given !== authorization) {
      answer('407 Proxy Authentication Required');
      return;
    }
    if (refuses(target)) {
      answer('403 Forbidden');
      return;
    }
    const { hostname, port } = new URL(`http://${target}`);
    const host = hostname.replace(/^\[|\]$/g, '');
    const endpoint = connect({ host: hosts[host] ?? host, port: Number(port || 80) });
    const refused = () => answer('502 Bad Gateway');
    endpoint.once('error', refused).once('connect', () => {
      endpoint.off('error', refused).on('error', () => client.destroy());
      clients.add(client);
      client.write('HTTP/1.1 200 Connection Established\r\nVia: 1.1 proxy\r\n\r\n');
      endpoint.write(head);
      endpoint.pipe(client).pipe(endpoint);
    });
    client.once('close', () => {
      clients.delete(client);
      endpoint.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(wanted, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const cut = () => {
    for (const client of clients) client.destroy();
  };
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    asked,
    get tunnels() {
      return clients.size;
    },
    cut,
    async close() {
      cut();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
