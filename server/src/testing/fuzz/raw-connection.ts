import { connect, type Socket } from 'node:net';

/** An answer as it was received. */
export interface RawAnswer {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

/**
 * A keep-alive connection that sends any bytes; a real client would escape or refuse some of them.
 * It reads answers by their Content-Length, which all answers of the API have.
 */
export class RawConnection {
  readonly #port: number;
  readonly #patienceMs: number;
  #socket: Socket | undefined;

  constructor(port: number, patienceMs: number) {
    this.#port = port;
    this.#patienceMs = patienceMs;
  }

  /** Sends a request; rejects when no complete answer arrives in time. */
  send(request: Buffer, { withoutBody = false } = {}): Promise<RawAnswer> {
    const socket = this.#socket ?? connect(this.#port, '127.0.0.1').setNoDelay(true);
    this.#socket = socket;
    return new Promise((resolve, reject) => {
      let received = Buffer.alloc(0);
      const finish = (settle: () => void): void => {
        clearTimeout(timer);
        socket.off('data', onData).off('close', onClose).off('error', onClose);
        settle();
      };
      const give = (head: string, body: string): void => {
        // A stream has no end: its connection carries no other answer.
        if (/^connection: close|^content-type: text\/event-stream/im.test(head)) this.close();
        const status = Number(head.slice(9, 12));
        finish(() => resolve({ status, head, body }));
      };
      const onData = (data: Buffer): void => {
        received = Buffer.concat([received, data]);
        const end = received.indexOf('\r\n\r\n');
        if (end === -1) return;
        const head = received.toString('latin1', 0, end);
        const length = withoutBody ? 0 : Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0);
        if (received.length >= end + 4 + length) {
          give(head, received.toString('utf8', end + 4, end + 4 + length));
        }
      };
      const fail = (message: string): void => {
        this.close();
        finish(() =>
          reject(new Error(`${message}; so far: ${received.toString('latin1', 0, 300)}`)),
        );
      };
      const onClose = (): void => fail('the connection was closed without an answer');
      const timer = setTimeout(() => fail(`no answer in ${this.#patienceMs} ms`), this.#patienceMs);
      socket.on('data', onData).once('close', onClose).once('error', onClose);
      socket.write(request);
    });
  }

  close(): void {
    this.#socket?.on('error', () => undefined).destroy();
    this.#socket = undefined;
  }
}
