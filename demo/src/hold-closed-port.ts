import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';

/** A port of 127.0.0.1 where nobody listens, and nobody else can begin to. */
export interface ClosedPort {
  readonly port: number;
  release(): void;
}

/**
 * Holds a port that refuses connections. One that merely happens to be free could be given to
 * another program at any moment, so an outgoing connection of our own is made from it: that takes
 * the port without anyone listening on it.
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
