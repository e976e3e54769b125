import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Below the ports that systems give to outgoing connections and to servers that ask for any: a port
 * that is closed for a while, as that of a killed node, must not belong to somebody else when it
 * reopens.
 */
const FIRST = 20_000;
const LAST = 31_999;

const given = new Set<number>();

/** Finds a port of 127.0.0.1 that is free, and that was not returned before in this process. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST + Math.floor(Math.random() * (LAST - FIRST + 1));
    if (given.has(port)) continue;
    given.add(port);
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
