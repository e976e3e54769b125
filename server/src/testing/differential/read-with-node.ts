import { Agent, request } from 'node:http';
import { Duplex } from 'node:stream';
import type { GeneratedAnswer } from './generate-answer.ts';
import type { Reading } from './reading.ts';

/** A socket of which the other end is this file. */
class TestSocket extends Duplex {
  override _read(): void {}

  override _write(_bytes: unknown, _encoding: unknown, done: () => void): void {
    done();
  }

  setKeepAlive(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setTimeout(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}

/** Turns of the event loop after which Node has drawn its conclusions. */
const TURNS = 4;

/** Reads an answer with `node:http` and an agent that keeps connections. */
export async function readWithNode({ pieces, ends }: GeneratedAnswer): Promise<Reading> {
  const socket = new TestSocket();
  const agent = new Agent({ keepAlive: true });
  Object.assign(agent, { createConnection: () => socket });
  let statusCode: number | undefined;
  let headers: readonly string[] = [];
  const body: Buffer[] = [];
  let complete = false;
  let fault: string | undefined;
  const sent = request({ agent, method: 'POST', headers: { 'Content-Length': 0 } });
  sent.on('error', (error: NodeJS.ErrnoException) => {
    fault ??= error.code;
  });
  sent.on('response', (response) => {
    statusCode = response.statusCode;
    headers = response.rawHeaders;
    response
      .on('data', (bytes: Buffer) => body.push(bytes))
      .on('end', () => {
        complete = response.complete;
      })
      .on('error', (error: NodeJS.ErrnoException) => {
        fault ??= error.code;
      });
  });
  sent.end();
  await turn();
  for (const piece of pieces) socket.push(piece);
  if (ends) socket.push(null);
  for (let count = 0; count < TURNS; count++) await turn();
  // A free socket of an agent notices its end when it is used, or when a real one is closed.
  const kept = !ends && !socket.destroyed && Object.keys(agent.freeSockets).length > 0;
  sent.destroy();
  socket.destroy();
  agent.destroy();
  return {
    statusCode,
    headers,
    body: Buffer.concat(body).toString('latin1'),
    complete,
    fault,
    kept,
  };
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
