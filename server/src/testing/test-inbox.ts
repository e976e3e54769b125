import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAcceptor } from '../accept/create-acceptor.ts';
import { shareRoom } from '../config/share-room.ts';
import type { Database } from '../database/database.ts';
import type { Directory } from '../directory/directory.ts';
import { toPublication } from '../inboxes/to-publication.ts';
import { verifyReceived } from '../inboxes/verify-received.ts';
import { newId } from '../model/ids.ts';
import type { Inbox } from '../model/inbox.ts';

/** The address of an inbox, without the rest of the API: it verifies and publishes what it gets. */
export interface TestInbox {
  readonly id: string;
  readonly url: string;
  readonly secrets: string[];
  /** What is sent again, as a job of a Hooktrail. */
  publishAgain(resendId: string, senderId: string): Promise<void>;
  close(): Promise<void>;
}

/** Starts one on a database, for account 1. `nowMs` is what signatures are compared with. */
export async function startTestInbox(
  database: Database,
  { nowMs, scheme = 'zendesk' }: { nowMs: () => number; scheme?: Inbox['scheme'] },
): Promise<TestInbox> {
  const id = newId(Date.now());
  const secrets: string[] = [];
  const inbox: Inbox = {
    id,
    accountId: 1,
    name: 'Zendesk',
    scheme,
    secrets,
    toleranceSeconds: 300,
    defaultType: 'inbox.received',
    typeHeader: undefined,
    idHeader: undefined,
    previousUntil: undefined,
    updatedAt: new Date(),
  };
  const acceptor = createAcceptor({
    clock: { now: Date.now },
    database,
    directory: {
      subscribers: () => [],
      account: () => undefined,
      version: () => 0,
    } as Partial<Directory> as Directory,
    leaseMs: 30_000,
    room: shareRoom(1),
    shortCut: { reserve: () => false, cancel() {}, deliver() {}, due() {} },
  });

  async function receive(headers: IncomingMessage['headers'], body: Buffer): Promise<number> {
    const received = { headers, body };
    const verified = verifyReceived(inbox, received, nowMs());
    if (!verified.valid) return 401;
    const json: unknown = JSON.parse(body.toString());
    const { event, idempotency } = toPublication(inbox, received, json, verified, Date.now());
    await acceptor.publish(1, event, idempotency);
    return 200;
  }

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      receive(request.headers, Buffer.concat(chunks)).then(
        (status) => response.writeHead(status).end(),
        (error: unknown) => response.writeHead(500).end(String(error)),
      );
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    id,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/in/hi_test`,
    secrets,

    async publishAgain(resendId, senderId) {
      const received = { headers: {}, body: Buffer.from('{}') };
      const again = { senderId, resendId };
      const { event, idempotency } = toPublication(inbox, received, {}, again, Date.now());
      await acceptor.publish(1, event, idempotency);
    },

    async close() {
      const closed = once(server.close(), 'close');
      server.closeAllConnections();
      await closed;
      await acceptor.stop();
    },
  };
}
