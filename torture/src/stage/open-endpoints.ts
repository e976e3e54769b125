import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { freePort } from '@hooktrail/harness/free-port';
import type { Books, SeenRequest, Sender } from '../books/books.ts';
import { type Endpoint, JOB, openEndpoint, type Witness } from './endpoint.ts';
import { connectionName, findSenders } from './find-senders.ts';

const IDENTIFY_AFTER_MS = 5;

/** Three of the four jobs that an account may have at work; one of them sometimes exists twice. */
const REPLAYED = 3;

/** The endpoints of all webhooks. Every request that one of them sees is noted in the books. */
export interface Endpoints {
  readonly list: readonly Endpoint[];
  /** The endpoint of the webhook with a backlog, which no fault hits: it is slow or quick. */
  readonly backlog: Endpoint;
  /** Those of the webhooks whose losses jobs send again. */
  readonly replayed: readonly Endpoint[];
  /** That of the webhook that gets copies. */
  readonly copies: Endpoint;
  close(): Promise<void>;
}

/** Opens endpoints, each on a free port; `nodes` returns the processes that may send to them. */
export async function openEndpoints(
  books: Books,
  endpointCount: number,
  nodes: () => readonly Sender[],
): Promise<Endpoints> {
  const senders = new WeakMap<Socket, Sender>();
  const requestsOf = new WeakMap<Socket, SeenRequest[]>();
  let unknown = new Map<string, Socket>();

  /** One look for all recent connections: a node that has caught up opens a crowd of them. */
  function identify(): void {
    const sockets = unknown;
    unknown = new Map();
    for (const [socket, sender] of findSenders(sockets, nodes())) {
      senders.set(socket, sender);
      for (const request of requestsOf.get(socket) ?? []) request.sender = sender;
      requestsOf.delete(socket);
    }
  }

  const open = new Map<number, SeenRequest>();
  const witness: Witness = {
    connected(socket) {
      if (unknown.size === 0) setTimeout(identify, IDENTIFY_AFTER_MS);
      unknown.set(connectionName(socket.remotePort, socket.localPort), socket);
    },
    arrived({ headers, socket }: IncomingMessage) {
      const request: SeenRequest = {
        serial: books.requests.length + 1,
        invocationId: String(headers['x-zendesk-webhook-invocation-id']),
        signedAt: String(headers['x-zendesk-webhook-signature-timestamp']),
        jobId: headers[JOB] === undefined ? undefined : String(headers[JOB]),
        arrivedMs: Date.now(),
        sender: senders.get(socket),
        answered: undefined,
        closedMs: undefined,
      };
      books.requests.push(request);
      open.set(request.serial, request);
      if (request.sender === undefined) {
        const early = requestsOf.get(socket);
        if (early === undefined) requestsOf.set(socket, [request]);
        else early.push(request);
      }
      return request.serial;
    },
    answered(serial, status) {
      const request = open.get(serial);
      if (request !== undefined) request.answered = status;
    },
    closed(serial) {
      const request = open.get(serial);
      if (request !== undefined) request.closedMs = Date.now();
      open.delete(serial);
    },
  };

  const all: Endpoint[] = [];
  const close = async () => {
    for (const endpoint of all) await endpoint.close();
  };
  try {
    while (all.length < endpointCount + REPLAYED + 2) {
      all.push(await openEndpoint(await freePort(), witness));
    }
  } catch (error) {
    await close();
    throw error;
  }
  const [backlog, copies, ...replayed] = all.slice(endpointCount) as [Endpoint, Endpoint];
  return { list: all.slice(0, endpointCount), backlog, replayed, copies, close };
}
