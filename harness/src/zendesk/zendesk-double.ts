import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerRequest } from './answer-request.ts';
import { Callers } from './callers.ts';
import { Faults } from './faults.ts';
import { RateWindow } from './rate-window.ts';
import { RemoteAccount } from './remote-account.ts';
import { RemoteError } from './remote-error.ts';
import { notFound, tooManyRequests } from './remote-errors.ts';
import { RequestLog } from './request-log.ts';
import { sendAnswer } from './send-answer.ts';
import { type Unknowns, USUAL_UNKNOWNS } from './unknowns.ts';

interface Options {
  /** The history, the secrets and the storms are the same for the same seed. */
  readonly seed?: number;
  /** The time of rows, headers and limits: a `ManualClock`, or `Date.now` by default. */
  readonly clock?: { nowMs(): number };
  readonly port?: number;
  /** How much text each payload has. */
  readonly payloadBytes?: number;
}

/** The webhooks and the trail of a Zendesk account, behind HTTP on loopback. */
export interface ZendeskDouble {
  readonly url: string;
  readonly port: number;
  /** Credentials of an admin. */
  readonly auth: { readonly email: string; readonly apiToken: string };
  /** Its webhooks, what happens at them, and `history`: everything that was ever listed. */
  readonly account: RemoteAccount;
  readonly callers: Callers;
  readonly faults: Faults;
  readonly requests: RequestLog;
  readonly unknowns: Unknowns;
  /** The requests that it allows a minute. */
  readonly rate: { limit: number };
  /** Runs before each answer, so that something can happen between two pages. */
  onRequest: ((url: URL) => void | Promise<void>) | undefined;
  /** Closes the port and all connections. */
  close(): Promise<void>;
}

const ADMIN = { email: 'admin@acme.example', apiToken: 'remote_api_token_of_the_admin_0001' };

/** Starts a double on 127.0.0.1. */
export async function startZendeskDouble(options: Options = {}): Promise<ZendeskDouble> {
  const { seed = 1, clock = { nowMs: Date.now }, port = 0, payloadBytes = 200 } = options;
  const account = new RemoteAccount(seed, () => clock.nowMs());
  const callers = new Callers();
  callers.set(ADMIN, 'admin');
  const faults = new Faults(seed);
  const requests = new RequestLog();
  const rate = new RateWindow();
  const unknowns: Unknowns = { ...USUAL_UNKNOWNS };
  const service = { account, callers, unknowns, payloadBytes };

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  server.listen({ port, host: '127.0.0.1' });
  await once(server, 'listening');
  const taken = (server.address() as AddressInfo).port;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    request.resume();
    response.sendDate = false;
    const url = new URL(request.url ?? '/', `http://127.0.0.1:${taken}`);
    await double.onRequest?.(url);
    const atMs = clock.nowMs();
    const limited = rate.take(atMs);
    const headers = { ...limited.headers, ...dateHeader(atMs), 'x-request-id': randomUUID() };
    const made = (() => {
      try {
        if (!limited.allowed) throw tooManyRequests(limited.headers);
        if (request.method !== 'GET') throw notFound();
        const body = answerRequest(service, url, request.headers.authorization);
        return { status: 200, headers, body: JSON.stringify(body) };
      } catch (error) {
        if (!(error instanceof RemoteError)) throw error;
        const body = JSON.stringify(error.body);
        return { status: error.status, headers: { ...headers, ...error.headers }, body };
      }
    })();
    const { method = '', url: path = '' } = request;
    const fault = faults.take(path);
    requests.add({ atMs, method, path, status: made.status, fault: fault?.kind });
    await sendAnswer(response, made, fault);
  }

  function dateHeader(nowMs: number): Record<string, string> {
    const { date } = unknowns;
    if (date === undefined) return {};
    return { date: typeof date === 'string' ? date : new Date(nowMs + date).toUTCString() };
  }

  const double: ZendeskDouble = {
    url: `http://127.0.0.1:${taken}`,
    port: taken,
    auth: ADMIN,
    account,
    callers,
    faults,
    requests,
    unknowns,
    rate,
    onRequest: undefined,
    async close() {
      if (!server.listening) return;
      const closed = once(server.close(), 'close');
      server.closeAllConnections();
      await closed;
    },
  };
  return double;
}
