import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Keeps a server below a number of connections. At the limit a new connection takes the place of one
 * that carries no request: first of one that never carried valid credentials, the oldest first, then
 * of the one that has been idle for longest. If every connection carries a request, the new one is
 * closed. So whoever opens connections and sends nothing keeps nobody out.
 *
 * `server.maxConnections` would close each new connection instead, while the idle ones stay.
 */
export function limitConnections(server: Server, most: number): void {
  /** Requests in progress by connection. */
  const requests = new Map<Socket, number>();
  const strangers = new Set<Socket>();
  const idle = new Set<Socket>();

  server.on('connection', (socket: Socket) => {
    if (requests.size >= most) {
      const [replaced] = strangers.size > 0 ? strangers : idle;
      (replaced ?? socket).destroy();
      if (replaced === undefined) return;
      forget(replaced);
    }
    requests.set(socket, 0);
    strangers.add(socket);
    socket.once('close', () => forget(socket));
  });

  server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    const count = requests.get(socket);
    if (count === undefined) return;
    requests.set(socket, count + 1);
    strangers.delete(socket);
    idle.delete(socket);
    response.once('close', () => {
      const left = (requests.get(socket) ?? 0) - 1;
      if (left < 0) return;
      requests.set(socket, left);
      if (left === 0) (response.statusCode === 401 ? strangers : idle).add(socket);
    });
  });

  function forget(socket: Socket): void {
    requests.delete(socket);
    strangers.delete(socket);
    idle.delete(socket);
  }
}
