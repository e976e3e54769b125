import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { eventually } from '@hooktrail/harness/eventually';
import { answering, startReceiver } from '@hooktrail/harness/receiver';
import { expect, test } from 'vitest';
import { subscribe } from '../testing/subscribe.ts';
import { createTestDatabase } from '../testing/test-database.ts';
import { sql, startTestNode, type TestNode } from '../testing/test-node.ts';

/*
 * A dump and its restore, by the commands of docs/operations.md. PostgreSQL's clients do not come
 * with the embedded server: without them, or with older ones than the server, it is skipped.
 */

const bin = process.env['HOOKTRAIL_TEST_POSTGRES_BIN'] ?? '/usr/bin';
const run = async (program: string, ...given: string[]): Promise<string> =>
  (await promisify(execFile)(join(bin, program), given)).stdout;

async function isDumpable(url: string): Promise<boolean> {
  if (!existsSync(join(bin, 'pg_dump'))) return false;
  const [server] = await sql<{ server_version: string }>(url, 'show server_version');
  const client = /\d+/.exec(await run('pg_dump', '--version'))?.[0];
  return Number(client) >= Number.parseInt(server?.server_version ?? '', 10);
}

test('a dump of a working node is restored into the database of another, which sends what waited', async (context) => {
  const [from, to] = [await createTestDatabase(), await createTestDatabase()];
  const receiver = await startReceiver();
  const folder = await mkdtemp(join(tmpdir(), 'hooktrail-dump-'));
  let node: TestNode | undefined;
  try {
    if (!(await isDumpable(from.url))) context.skip('there is no pg_dump that is new enough');
    receiver.behave(answering(500));
    node = await startTestNode(from.url);
    const webhookId = await subscribe(node.url, 'test.dumped', receiver.url);
    const batch = Array.from({ length: 100 }, () => ({ type: 'test.dumped' }));
    const { body } = await node.call('POST', '/v1/events/batch', batch);
    const ids: string[] = body.results.map(
      ({ invocations }: { invocations: { id: string }[] }) => invocations[0]?.id,
    );
    await eventually('the attempts', async () => {
      const rows = await sql(from.url, 'select from invocation where attempts_count = 1');
      return rows.length === 100;
    });
    // The first node sends no retry, however long the dump takes.
    await sql(from.url, `update invocation set due_at = due_at + interval '1 hour'`);
    const secretPath = `/api/v2/webhooks/${webhookId}/signing_secret`;
    const secret = (await node.call('GET', secretPath)).body;
    const dump = join(folder, 'hooktrail.dump');
    await run('pg_dump', '-Fc', '-f', dump, from.url);
    await node.stop();
    node = undefined;

    // The embedded PostgreSQL runs only while its node does.
    node = await startTestNode(to.url);
    const target = new URL(to.url);
    const name = target.pathname.slice(1);
    target.pathname = 'postgres';
    await run('dropdb', '--force', `--maintenance-db=${target.href}`, name);
    await run(
      'createdb',
      '--encoding=UTF8',
      '--template=template0',
      `--maintenance-db=${target.href}`,
      name,
    );
    await run('pg_restore', '--no-owner', '--single-transaction', '-d', to.url, dump);
    await node.stop();
    node = undefined;

    receiver.behave(answering(200));
    await sql(to.url, 'update invocation set due_at = now() where not leased');
    node = await startTestNode(to.url);
    expect((await node.call('GET', secretPath)).body).toEqual(secret);
    await eventually('the retries', () => ids.every((id) => receiver.requestsOf(id).length === 2));
    const statuses = await eventually('the outcomes', async () => {
      const rows = await sql<{ status: string; attempts_count: number; count: number }>(
        to.url,
        'select status, attempts_count, count(*)::int from invocation group by 1, 2',
      );
      return rows.length === 1 && rows;
    });
    expect(statuses).toEqual([{ status: 'success', attempts_count: 2, count: 100 }]);
  } finally {
    await node?.stop();
    await receiver.close();
    await rm(folder, { recursive: true });
    await from.drop();
    await to.drop();
  }
});
