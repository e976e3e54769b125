import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A node's way to the database, which can be cut, or closed for a while. */
export interface DatabaseGate {
  /** The database's address through the gate. */
  readonly url: string;
  /** From now on bytes wait, in both directions, and connections stay open. */
  shut(): void;
  open(): void;
  /** Ends all connections; new ones can be made at once. */
  cut(): void;
  close(): Promise<void>;
}

/** Starts a gate in front of the database, which is behind a socket of the file system. */
export async function startDatabaseGate(databaseUrl: string): Promise<DatabaseGate> {
  const { hostname, port } = new URL(databaseUrl);
  const path = `${decodeURIComponent(hostname)}/.s.PGSQL.${port}`;
  const sockets = new Set<Socket>();
  let waiting: (() => void)[] = [];
  let isShut = false;

  const pass = (step: () => void) => {
    if (isShut) waiting.push(step);
    else step();
  };
  const forward = (from: Socket, to: Socket) => {
    sockets.add(from);
    from.on('data', (chunk) => pass(() => to.write(chunk)));
    // The end waits as well: a gate that is shut tells nobody that the other side is gone.
    from.on('close', () => {
      sockets.delete(from);
      pass(() => to.destroy());
    });
    from.on('error', () => undefined);
  };
  const server = createServer({ noDelay: true }, (near) => {
    near.on('error', () => undefined);
    near.pause();
    pass(() => {
      const far = connect(path);
      forward(near, far);
      forward(far, near);
      near.resume();
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = new URL(databaseUrl);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);

  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  const open = () => {
    isShut = false;
    const steps = waiting;
    waiting = [];
    for (const step of steps) step();
  };
  return {
    url: url.href,
    shut() {
      isShut = true;
    },
    open,
    cut,
    async close() {
      const closed = once(server.close(), 'close');
      open();
      cut();
      await closed;
    },
  };
}
