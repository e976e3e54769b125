import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Below the ports that systems give to outgoing connections and to servers that ask for any: a port
 * that is closed for a while, as that of a killed node, must not belong to somebody else when it
 * reopens.
 */
const FIRST = 20_000;
const LAST = 31_999;

/**
 * Finds a port of 127.0.0.1 that is free, and that no caller gets as long as this process lives, in any process: a node
 * that is killed, or has not begun to listen, must find its port free.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST + Math.floor(Math.random() * (LAST - FIRST + 1));
    if (!(await claim(port))) continue;
    const server = createServer();
    try {
      await once(server.listen(port, '127.0.0.1'), 'listening');
    } catch {
      continue;
    }
    await once(server.close(), 'close');
    return port;
  }
}

/** Takes the UDP port of the same number, which nobody needs, until this process ends. False if somebody has it. */
async function claim(port: number): Promise<boolean> {
  const socket = createSocket('udp4').unref();
  try {
    socket.bind({ port, address: '127.0.0.1', exclusive: true });
    await once(socket, 'listening');
    return true;
  } catch {
    socket.close();
    return false;
  }
}
