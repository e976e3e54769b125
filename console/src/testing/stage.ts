import { freePort } from '@hooktrail/harness/free-port';
import { type Receiver, startReceiver } from '@hooktrail/harness/receiver';
import { UndoStack } from '@hooktrail/harness/undo-stack';
import { countStatements } from './count-statements.ts';
import { HOSTILE } from './hostile.ts';
import type { CountedNode } from './left-open.ts';
import { type ConsoleNode, startConsoleNode } from './start-console-node.ts';

/** A real node with webhooks that behave in all ways, and events that went to them. */
export interface Stage extends ConsoleNode, CountedNode {
  readonly receiver: Receiver;
  /** By name. */
  readonly webhooks: ReadonlyMap<string, string>;
  /** Stops the node as a deployment does, and starts it again on the same port. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** Name, subscription and path of each webhook. */
const SCENES = [
  ['Healthy', 'zen:event-type:*', '/ok'],
  ['Orders, EU', 'order.paid', '/ok'],
  ['Failing', 'ticket.failing', '/500'],
  ['Forbidden', 'ticket.forbidden', '/403'],
  ['Nobody listens', 'ticket.refused', ''],
  [HOSTILE.name, 'hostile.text', '/hostile'],
] as const;

/** Starts a node with its own PostgreSQL, a receiver and what the screens show. */
export async function startStage(): Promise<Stage> {
  const undo = new UndoStack();
  try {
    return await setUp(undo);
  } catch (error) {
    await undo.run();
    throw error;
  }
}

async function setUp(undo: UndoStack): Promise<Stage> {
  const receiver = await startReceiver({
    behaviour({ path }, response) {
      if (path === '/500') response.writeHead(500).end('{"error":"database is locked","n":1.10}');
      else if (path === '/403') response.writeHead(403).end('{"error":"forbidden"}');
      else if (path === '/hostile') {
        response.writeHead(500, { 'x-hostile': '<img src=x onerror=boom()>' }).end(HOSTILE.body);
      } else response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}');
    },
  });
  undo.push(() => receiver.close());
  const closed = await freePort();

  const statements = await countStatements();
  undo.push(() => statements.close());
  const node = await startConsoleNode(undo, undefined, statements.env);
  const { hooktrail } = node;
  const webhooks = new Map<string, string>();
  for (const [name, subscription, path] of SCENES) {
    const { id } = await hooktrail.webhooks.create({
      name,
      endpoint: path === '' ? `http://127.0.0.1:${closed}/` : receiver.url + path,
      httpMethod: 'POST',
      requestFormat: 'json',
      status: 'active',
      subscriptions: [subscription],
      customHeaders: { 'X-Team': 'payments' },
    });
    webhooks.set(name, id);
    // The breaker would hold back what the tests wait for.
    await hooktrail.webhooks.updateDelivery(id, { breaker: null, scheduleSeconds: [1, 3_600] });
  }
  const event = (type: string, index: number) => ({
    type,
    subject: `zen:ticket:${index}`,
    detail: { id: String(index), note: 'from the stage' },
  });
  const types = ['order.paid', 'ticket.failing', 'ticket.forbidden', 'ticket.refused'];
  await hooktrail.events.publishBatch([
    ...Array.from({ length: 60 }, (_, index) => event('zen:event-type:user.created', index)),
    ...types.flatMap((type) => Array.from({ length: 8 }, (_, index) => event(type, index))),
  ]);
  await hooktrail.events.publish({
    rawBody: `{"type":"hostile.text","subject":${JSON.stringify(HOSTILE.body)},"detail":{"b":1,"a":12345678901234567890.10,"html":${JSON.stringify(HOSTILE.body)}}}`,
  });

  return {
    ...node,
    receiver,
    statements,
    webhooks,
    async restart() {
      await node.stop();
      await node.startAgain();
    },
    async close() {
      const errors = await undo.run();
      if (errors.length > 0) throw errors[0];
    },
  };
}
