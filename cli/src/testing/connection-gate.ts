import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Stands between the command and the node. */
export interface ConnectionGate {
  readonly url: string;
  /** Breaks all connections; new ones are let through. */
  breakAll(): void;
  /** Breaks all connections, and refuses new ones. */
  close(): Promise<void>;
}

/** Opens a gate in front of a server. */
export async function connectionGate(target: string): Promise<ConnectionGate> {
  const { port, hostname } = new URL(target);
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    return socket;
  };
  const server = createServer((near) => {
    const far = keep(connect(Number(port), hostname));
    keep(near).pipe(far).pipe(near);
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const breakAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    breakAll,
    async close() {
      if (!server.listening) return;
      server.close();
      breakAll();
      await once(server, 'close');
    },
  };
}
