import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { Connection } from '../../http-client/connection.ts';
import { ExchangeHandler } from '../../http-client/exchange-handler.ts';
import type { HttpExchange } from '../../http-client/http-exchange.ts';
import type { GeneratedAnswer } from './generate-answer.ts';
import type { Reading } from './reading.ts';

/** A socket that carries nothing. */
class NoSocket extends EventEmitter {
  destroyed = false;
  readonly writableLength = 0;

  write(): boolean {
    return true;
  }

  destroy(): void {
    this.destroyed = true;
  }
}

/** Reads an answer with our own client: its connection, and the exchange that follows it. */
export function readWithClient({ pieces, ends }: GeneratedAnswer): Reading {
  const socket = new NoSocket();
  let receive: (bytes: Buffer) => void = () => undefined;
  let kept = false;
  let exchange: HttpExchange | undefined;
  const connection = new Connection(
    { origin: 'http://127.0.0.1' },
    (read) => {
      receive = read;
      return { socket: socket as unknown as Socket, opens: 'connect' };
    },
    () => {
      kept = true;
    },
    () => undefined,
  );
  socket.emit('connect');
  const handler = new ExchangeHandler(12_000, 0, (ended) => {
    exchange = ended;
  });
  handler.begin(connection);
  connection.send('POST / HTTP/1.1\r\n\r\n', undefined, handler);
  for (const piece of pieces) if (!socket.destroyed) receive(piece);
  if (ends && !socket.destroyed) socket.emit('end');
  const complete = exchange !== undefined;
  if (!complete) connection.fail(new Error('not complete'));
  const { errorMessage, response } = exchange as unknown as HttpExchange;
  return {
    statusCode: response?.statusCode,
    headers: response?.headers ?? [],
    body: response?.body ?? '',
    complete: complete && response !== undefined,
    // A redirect is no fault of the answer.
    fault: /^(failed|redirect): not /.test(errorMessage ?? '') ? undefined : errorMessage,
    // What arrives afterwards belongs to no request.
    kept: kept && !socket.destroyed,
  };
}
