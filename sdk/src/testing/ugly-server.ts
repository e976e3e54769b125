import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** How the server treats a request. */
export type UglyStep = (response: ServerResponse, request: IncomingMessage, socket: Socket) => void;

/** A server on a free port that runs the steps in turn, repeats the last one, and records requests. */
export const uglyServer = async (...steps: UglyStep[]) => {
  const seen: IncomingMessage[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    const step = steps[Math.min(seen.length, steps.length - 1)] as UglyStep;
    seen.push(request);
    request.resume();
    step(response, request, request.socket);
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
