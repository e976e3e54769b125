import { eventually } from '@hooktrail/harness/eventually';
import { type Receiver, startReceiver } from '@hooktrail/harness/receiver';
import { expect } from 'vitest';
import type { Config } from '../config/config.ts';
import { uuidFromId } from '../model/ids.ts';
import { subscribe } from './subscribe.ts';
import { createTestDatabase } from './test-database.ts';
import { sql, startTestNode, type TestNode } from './test-node.ts';

/** A webhook with its own endpoint and event type. */
export interface Scene {
  readonly receiver: Receiver;
  readonly webhookId: string;
  /** The event type to which only this webhook subscribes. */
  readonly type: string;
}

/** The nodes of a test on one database, with webhooks and their endpoints. */
export class Stage {
  readonly databaseUrl: string;
  readonly #drop: () => Promise<void>;
  readonly #nodes: TestNode[] = [];
  readonly #receivers: Receiver[] = [];
  #types = 0;

  constructor(databaseUrl: string, drop: () => Promise<void>) {
    this.databaseUrl = databaseUrl;
    this.#drop = drop;
  }

  async node(overrides: Partial<Config> = {}): Promise<TestNode> {
    const node = await startTestNode(this.databaseUrl, overrides);
    this.#nodes.push(node);
    return node;
  }

  /** Makes a webhook with delivery rules; resolves when all nodes of the stage have them. */
  async scene(delivery: object = {}): Promise<Scene> {
    const receiver = await startReceiver();
    this.#receivers.push(receiver);
    const type = `test.stage.number_${this.#types++}`;
    const webhookId = await subscribe(this.#first.url, type, receiver.url);
    await this.rules(webhookId, delivery);
    return { receiver, webhookId, type };
  }

  /** Sets the delivery rules of a webhook; resolves when all nodes have them. */
  async rules(webhookId: string, delivery: object): Promise<void> {
    const path = `/v1/webhooks/${webhookId}/delivery`;
    const { status, body } = await this.#first.call('PUT', path, { delivery });
    expect(status, JSON.stringify(body)).toBe(200);
    const wanted = JSON.stringify(body);
    for (const node of this.#nodes) {
      await eventually('the rules', async () => {
        const seen = await node.call('GET', path);
        return JSON.stringify(seen.body) === wanted;
      });
    }
  }

  async publish(node: TestNode, type: string, count = 1): Promise<string[]> {
    const batch = Array.from({ length: count }, () => ({ type }));
    const { status, body } = await node.call('POST', '/v1/events/batch', batch);
    expect(status).toBe(200);
    return body.results.map(
      (result: { invocations: { id: string }[] }) => result.invocations[0]?.id,
    );
  }

  /** Counts the invocations of a webhook by status. */
  async statuses(webhookId: string): Promise<Record<string, number>> {
    const rows = await sql<{ status: string; count: number }>(
      this.databaseUrl,
      'select status, count(*)::int as count from invocation where webhook_id = $1 group by 1',
      [uuidFromId(webhookId)],
    );
    return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
  }

  /** Waits until the invocations of a webhook have these counts by status. */
  async until(webhookId: string, wanted: Record<string, number>): Promise<void> {
    const text = JSON.stringify(wanted);
    await eventually(`the statuses ${text}`, async () => {
      const statuses = await this.statuses(webhookId);
      return Object.entries(wanted).every(([status, count]) => (statuses[status] ?? 0) === count);
    });
  }

  async close(): Promise<void> {
    for (const node of this.#nodes) await node.stop();
    for (const receiver of this.#receivers) await receiver.close();
    await this.#drop();
  }

  get #first(): TestNode {
    const [node] = this.#nodes;
    if (node === undefined) throw new Error('the stage has no node yet');
    return node;
  }
}

/** Opens a stage without nodes, on a new database. */
export async function openStage(): Promise<Stage> {
  const { url, drop } = await createTestDatabase();
  return new Stage(url, drop);
}
