import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { sql, startTestNode, type TestNode } from '../testing/test-node.ts';

let database: TestDatabase;
let node: TestNode;
beforeEach(async () => {
  database = await createTestDatabase();
  node = await startTestNode(database.url);
});
afterEach(async () => {
  await node.stop();
  await database.drop();
});

const WEBHOOK = {
  name: 'Orders',
  endpoint: 'https://example.com/hook',
  http_method: 'POST',
  request_format: 'json',
  status: 'inactive',
  subscriptions: ['order.paid'],
};
const HEADERS = { 'X-Zebra': 'canary-one', 'x-Apple': 'två' };

const show = async (id: string) =>
  (await node.call('GET', `/api/v2/webhooks/${id}`)).body.webhook.custom_headers;

async function create(headers: object | null): Promise<string> {
  const webhook = { ...WEBHOOK, custom_headers: headers };
  return (await node.call('POST', '/api/v2/webhooks', { webhook })).body.webhook.id;
}

/** Writes custom headers as nodes did before they were sealed. */
const storePlain = (headers: object) =>
  sql(database.url, 'update webhook set custom_headers = $1', [JSON.stringify(headers)]);

test('a start seals the custom headers of older nodes, in any number, and empties their column', async () => {
  const id = await create(null);
  await sql(
    database.url,
    `insert into webhook
    select (jsonb_populate_record(w, jsonb_build_object('id', gen_random_uuid()))).*
    from webhook w, generate_series(1, 505)`,
  );
  await storePlain(HEADERS);
  await node.stop();

  const lines: string[] = [];
  const log = pino({ level: 'info' }, { write: (line: string) => lines.push(line) });
  node = await startTestNode(database.url, {}, log);
  expect(await show(id)).toEqual(HEADERS);
  expect(Object.keys(await show(id))).toEqual(['X-Zebra', 'x-Apple']);
  const rows = await sql(
    database.url,
    'select count(custom_headers)::int as plain, count(sealed_headers)::int as sealed from webhook',
  );
  expect(rows).toEqual([{ plain: 0, sealed: 506 }]);
  expect(lines.filter((line) => line.includes('encrypted the stored'))).toHaveLength(1);
  expect(lines.join('')).not.toContain('canary');

  await node.stop();
  lines.length = 0;
  node = await startTestNode(database.url, {}, log);
  expect(lines.filter((line) => line.includes('encrypted the stored'))).toEqual([]);
  expect(await show(id)).toEqual(HEADERS);
});

test('what an older node wrote beside sealed headers counts', async () => {
  const id = await create({ 'X-Team': 'before' });
  await storePlain({ 'X-Team': 'after' });
  await node.stop();
  node = await startTestNode(database.url);
  expect(await show(id)).toEqual({ 'X-Team': 'after' });
});

test('a webhook keeps them until then, and its next change seals them', async () => {
  const id = await create({ 'X-Team': 'before' });
  await storePlain(HEADERS);
  expect(
    (await node.call('PATCH', `/api/v2/webhooks/${id}`, { webhook: { name: 'New' } })).status,
  ).toBe(204);
  expect(await show(id)).toEqual(HEADERS);
  const plain = 'select id from webhook where custom_headers is not null';
  expect(await sql(database.url, plain)).toEqual([]);
});
