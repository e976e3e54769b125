import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { connectionName, findSenders } from './find-senders.ts';

test.runIf(existsSync('/proc/net/tcp'))('finds the process that made a connection', async () => {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const program = `require('node:net').connect(${port}, '127.0.0.1')`;
  const maker = spawn(process.execPath, ['-e', program], { stdio: 'ignore' });
  try {
    const [socket] = (await once(server, 'connection')) as [Socket];
    socket.on('error', () => undefined);
    const other = { node: 1, pid: process.pid };
    const sender = { node: 2, pid: maker.pid as number };
    const name = connectionName(socket.remotePort, socket.localPort);
    expect(findSenders(new Map([[name, socket]]), [other, sender]).get(socket)).toEqual(sender);

    // The same port on this side, but another connection.
    const elsewhere = connectionName(socket.remotePort, 1);
    expect(findSenders(new Map([[elsewhere, socket]]), [other, sender]).size).toBe(0);
  } finally {
    maker.kill('SIGKILL');
    await once(maker, 'close');
    server.close();
  }
});
