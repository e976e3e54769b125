import { expect } from 'vitest';
import type { Account } from '../directory/account.ts';
import type { OwnRules } from '../directory/rules.ts';
import { uuidFromId } from '../ids.ts';
import { eventually } from './eventually.ts';
import { type Receiver, startReceiver } from './receiver.ts';
import { createTestDatabase } from './test-database.ts';
import { sql, startTestNode, type TestNode } from './test-node.ts';

/** A webhook with an endpoint and an event type of its own. */
export interface Scene {
  readonly receiver: Receiver;
  readonly webhookId: string;
  /** Only this webhook subscribes to it. */
  readonly type: string;
}

/** Nodes on one database, with endpoints. */
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

  async node(): Promise<TestNode> {
    const node = await startTestNode(this.databaseUrl);
    this.#nodes.push(node);
    return node;
  }

  /** Makes a webhook with rules of its own. */
  async scene(node: TestNode, own: OwnRules = {}): Promise<Scene> {
    const receiver = await startReceiver();
    this.#receivers.push(receiver);
    const type = `test.stage.number_${this.#types++}`;
    const { status, body } = await node.call('POST', '/api/v2/webhooks', {
      webhook: {
        name: type,
        endpoint: receiver.url,
        http_method: 'POST',
        request_format: 'json',
        status: 'active',
        subscriptions: [type],
      },
    });
    expect(status, JSON.stringify(body)).toBe(201);
    const webhookId = body.webhook.id;
    await this.change(webhookId, { delivery: JSON.stringify(own) });
    return { receiver, webhookId, type };
  }

  /** Changes columns of a webhook behind the API's back, and tells the nodes. */
  async change(webhookId: string, columns: Record<string, unknown>): Promise<void> {
    const names = Object.keys(columns);
    const set = names.map((name, index) => `${name} = $${index + 2}`).join(', ');
    await sql(this.databaseUrl, `update webhook set ${set} where id = $1`, [
      uuidFromId(webhookId),
      ...Object.values(columns),
    ]);
    await sql(this.databaseUrl, `select pg_notify('hooktrail_webhook', $1)`, [webhookId]);
    // Notifications come in order: when a later one has an effect, this one has had its own.
    for (const node of this.#nodes) await this.#caughtUp(node);
  }

  async account(id: number, columns: Partial<Pick<Account, 'profile'>>): Promise<void> {
    await sql(this.databaseUrl, 'update account set profile = $2 where id = $1', [
      id,
      columns.profile,
    ]);
    await sql(this.databaseUrl, `select pg_notify('hooktrail_access', '')`);
    for (const node of this.#nodes) await this.#caughtUp(node);
  }

  async publish(node: TestNode, type: string, count = 1): Promise<string[]> {
    const batch = Array.from({ length: count }, () => ({ type }));
    const { status, body } = await node.call('POST', '/v1/events/batch', batch);
    expect(status, JSON.stringify(body)).toBe(202);
    return body.results.map(
      (result: { invocations: { id: string }[] }) => result.invocations[0]?.id,
    );
  }

  /** How many invocations of a webhook have each status. */
  async statuses(webhookId: string): Promise<Record<string, number>> {
    const rows = await sql<{ status: string; count: number }>(
      this.databaseUrl,
      'select status, count(*)::int as count from invocation where webhook_id = $1 group by 1',
      [uuidFromId(webhookId)],
    );
    return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
  }

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

  async #caughtUp(node: TestNode): Promise<void> {
    const name = `caught up ${this.#types++}`;
    const { body } = await node.call('POST', '/api/v2/webhooks', {
      webhook: {
        name,
        endpoint: 'http://127.0.0.1:9/',
        http_method: 'POST',
        request_format: 'json',
        status: 'inactive',
      },
    });
    await node.call('DELETE', `/api/v2/webhooks/${body.webhook.id}`);
  }
}

export async function openStage(): Promise<Stage> {
  const { url, drop } = await createTestDatabase();
  return new Stage(url, drop);
}
