import type { Socket } from 'node:net';
import { ProxyError } from './proxy-error.ts';
import { TunnelAnswer } from './tunnel-answer.ts';

/** What this machine lacks is not the proxy's fault. */
const SHORTAGE = /^(EMFILE|ENFILE|ENOBUFS|ENOMEM|EADDRNOTAVAIL)$/;

interface Parts {
  /** A socket that is connecting to the proxy. */
  readonly socket: Socket;
  /** The CONNECT request. */
  readonly head: string;
  /** Resolves to an error if the endpoint must not be asked for. */
  readonly refused: Promise<Error | undefined>;
  /** `rest` is what the endpoint sent already. */
  readonly onOpen: (rest: Buffer) => void;
}

/**
 * A tunnel through an HTTP proxy:
 *
 * connecting -> asking -> open
 *
 * Until it is open, its socket ends with what went wrong as an error, and `explain` says what the
 * error of a socket means here. The time limit is the caller's.
 */
export class Tunnel {
  #stage: 'connecting' | 'asking' | 'open' = 'connecting';

  constructor({ socket, head, refused, onOpen }: Parts) {
    const answer = new TunnelAnswer();
    const read = (bytes: Buffer): void => {
      try {
        const rest = answer.add(bytes);
        if (rest === undefined) return;
        this.#stage = 'open';
        socket.off('data', read);
        onOpen(rest);
      } catch (error) {
        socket.off('data', read);
        socket.destroy(error as Error);
      }
    };
    socket.on('data', read).once('connect', () => {
      this.#stage = 'asking';
      void refused.then((error) => {
        if (error !== undefined) socket.destroy(error);
        else if (!socket.destroyed) socket.write(head, 'latin1');
      });
    });
  }

  /** What an error of the socket means; the error itself, once the tunnel is open. */
  explain(error: Error): Error {
    const code = String((error as { code?: unknown }).code ?? error.name);
    if (this.#stage === 'open' || error instanceof ProxyError || code === 'ADDRESS_REFUSED') {
      return error;
    }
    if (this.#stage === 'connecting') {
      if (SHORTAGE.test(code)) return error;
      const message = `it cannot be reached (${code.replace(/^DNS_/, 'DNS ')})`;
      return new ProxyError('PROXY_UNUSABLE', message, { cause: error });
    }
    const message = 'it closed the connection without an answer to CONNECT';
    return new ProxyError('PROXY_REFUSED', message, { cause: error });
  }

  /** Why there is no tunnel at the end of the time; undefined if there is one. */
  overdue(timeLimitMs: number): ProxyError | undefined {
    switch (this.#stage) {
      case 'connecting':
        return new ProxyError('PROXY_UNUSABLE', `no connection to it within ${timeLimitMs} ms`);
      case 'asking':
        // It may wait for the endpoint.
        return new ProxyError('PROXY_REFUSED', `no answer to CONNECT within ${timeLimitMs} ms`);
      case 'open':
        return undefined;
    }
  }
}
