import { once } from 'node:events';
import { createServer } from 'node:net';

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is taken by another program',
  EACCES: 'needs rights that this user does not have',
};

/**
 * Makes sure that the server can listen on a port, before anything is started for it. 0 is left to the server,
 * which takes any: a port that is free now may be that of somebody else when it listens.
 *
 * @throws Error that says why not
 */
export async function takePort(port: number): Promise<number> {
  if (port === 0) return port;
  const server = createServer();
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening');
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    const reason = REASONS[code] ?? `cannot be used (${message})`;
    throw new Error(`port ${port} of 127.0.0.1 ${reason}; choose another one with --port`);
  }
  server.close();
  await once(server, 'close');
  return port;
}
