import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Closes the answers to pipelined requests when their connection closes. Node emits `close` only for the answer that the
 * connection is sending, and for those that wait behind it never: whatever their requests took, such as a share,
 * nobody would give back.
 */
export function closeQueuedAnswers(server: Server): void {
  const queued = new WeakMap<Socket, Set<ServerResponse>>();

  server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    // Almost all answers have the connection at once.
    if (response.socket !== null) return;
    const waiting = queued.get(socket) ?? queueOf(socket);
    waiting.add(response);
    response.once('socket', () => waiting.delete(response));
  });

  function queueOf(socket: Socket): Set<ServerResponse> {
    const waiting = new Set<ServerResponse>();
    queued.set(socket, waiting);
    socket.once('close', () => {
      for (const response of waiting) {
        response.destroy();
        response.emit('close');
      }
    });
    return waiting;
  }
}
