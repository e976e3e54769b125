import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';

/** A port of 127.0.0.1 that refuses connections, and that no other program can take. */
export interface ClosedPort {
  readonly port: number;
  release(): void;
}

/**
 * Holds a port that refuses connections. A port that is merely free could be given to another
 * program at any moment, so an own outgoing connection occupies it, without a listener.
 */
export async function holdClosedPort(): Promise<ClosedPort> {
  const other = createServer((socket) => socket.on('error', () => undefined));
  await once(other.listen(0, '127.0.0.1'), 'listening');
  const free = createServer();
  await once(free.listen(0, '127.0.0.1'), 'listening');
  const { port } = free.address() as AddressInfo;
  await once(free.close(), 'close');

  const holder = connect({
    host: '127.0.0.1',
    port: (other.address() as AddressInfo).port,
    localAddress: '127.0.0.1',
    localPort: port,
  });
  await once(holder, 'connect');
  holder.on('error', () => undefined);
  return {
    port,
    release() {
      holder.destroy();
      other.close();
    },
  };
}
