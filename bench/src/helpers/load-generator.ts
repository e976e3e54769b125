import { connect, type Socket } from 'node:net';
import { monotonicUs } from '../measure/monotonic-us.ts';
import { type Quantiles, quantiles } from '../measure/quantiles.ts';
import { messageReader } from '../wire/message-reader.ts';
import type { PreparedRequest } from '../wire/publish-request.ts';
import { DIGITS } from '../wire/stamp.ts';
import { serve } from './serve.ts';

/** The requests to send. */
export interface Load {
  readonly port: number;
  /** They take turns. */
  readonly requests: readonly PreparedRequest[];
  /** Each has one request in flight. */
  readonly connections: number;
  /** Stops after this many answers, or after this time. */
  readonly until: { readonly answers: number } | { readonly seconds: number };
  /** The steady rate; without it, as fast as answers arrive. */
  readonly perSecond?: number;
}

export interface LoadResult {
  /** Answers that arrived before the end. */
  readonly answers: number;
  readonly seconds: number;
  /** From sending a request to the end of its answer. */
  readonly latency: Quantiles;
}

/** The commands of a process that publishes. */
export interface LoadGenerator {
  load(load: Load): Promise<LoadResult>;
}

interface Connection {
  readonly socket: Socket;
  /** Its own copies: a request may still be in the socket's buffer while another is stamped. */
  readonly requests: readonly Buffer[];
  sentUs: number;
}

async function load(load: Load): Promise<LoadResult> {
  const { requests, until, perSecond } = load;
  const connections: Connection[] = [];
  const idle: Connection[] = [];
  /** When requests were due that found every connection busy. */
  const late: number[] = [];
  const latenciesUs: number[] = [];
  globalThis.gc?.();

  const goal = 'answers' in until ? until.answers : Number.POSITIVE_INFINITY;
  let sent = 0;
  let answered = 0;
  let busy = 0;
  let over = false;
  let startUs = 0;
  let lastUs = 0;

  await new Promise<void>((resolve, reject) => {
    let ticking: NodeJS.Timeout | undefined;

    function end(): void {
      over = true;
      clearTimeout(ticking);
      if (busy === 0) resolve();
    }

    function send(connection: Connection, atUs: number): void {
      const turn = sent++ % requests.length;
      const bytes = connection.requests[turn] as Buffer;
      const { stampAt, numberAt } = requests[turn] as PreparedRequest;
      connection.sentUs = atUs;
      if (stampAt !== undefined) bytes.write(digits(atUs), stampAt, 'latin1');
      if (numberAt !== undefined) bytes.write(digits(sent), numberAt, 'latin1');
      busy++;
      connection.socket.write(bytes);
    }

    function next(connection: Connection): void {
      if (perSecond !== undefined) {
        const atUs = late.shift();
        if (atUs === undefined) idle.push(connection);
        else send(connection, atUs);
      } else if (sent < goal && !over) {
        send(connection, monotonicUs());
      }
    }

    function answer(connection: Connection, head: string): void {
      const nowUs = monotonicUs();
      busy--;
      if (!head.startsWith('HTTP/1.1 20')) {
        reject(new Error(`refused: ${head}`));
        return;
      }
      if (!over) {
        answered++;
        lastUs = nowUs;
        latenciesUs.push(nowUs - connection.sentUs);
      }
      next(connection);
      if (answered >= goal) end();
      else if (over && busy === 0) resolve();
    }

    function begin(): void {
      startUs = monotonicUs();
      lastUs = startUs;
      if ('seconds' in until) setTimeout(end, until.seconds * 1_000);
      if (perSecond === undefined) {
        for (const connection of connections) next(connection);
        return;
      }
      idle.push(...connections);
      let due = 0;
      const tick = () => {
        const nowUs = monotonicUs();
        // Latency counts from here, also for a request that waits for a free connection: the server
        // is slow then. A delay of this timer does not count.
        const total = Math.min(goal, Math.floor(((nowUs - startUs) * perSecond) / 1_000_000));
        for (; due < total; due++) {
          // In turn, since the server closes a connection that is idle for a minute.
          const connection = idle.shift();
          if (connection === undefined) late.push(nowUs);
          else send(connection, nowUs);
        }
        if (!over) ticking = setTimeout(tick, 1);
      };
      tick();
    }

    let open = 0;
    for (let count = 0; count < load.connections; count++) {
      const socket = connect({ port: load.port, host: '127.0.0.1', noDelay: true });
      const connection: Connection = {
        socket,
        requests: requests.map(({ bytes }) => Buffer.from(bytes)),
        sentUs: 0,
      };
      connections.push(connection);
      socket.on(
        'data',
        messageReader((head) => answer(connection, head)),
      );
      socket.on('error', reject);
      socket.on('close', () => reject(new Error('the server closed a connection')));
      socket.once('connect', () => {
        if (++open === load.connections) begin();
      });
    }
  }).finally(() => {
    for (const { socket } of connections) socket.removeAllListeners('close').destroy();
  });

  // Up to the last answer that counts, not to the end of the time: batches have few answers.
  const seconds = (lastUs - startUs) / 1_000_000;
  return { answers: answered, seconds, latency: quantiles(latenciesUs) };
}

function digits(number: number): string {
  return String(number).padStart(DIGITS, '0');
}

serve<LoadGenerator>({ load });
