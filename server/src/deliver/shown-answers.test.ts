import { brotliCompressSync, gzipSync } from 'node:zlib';
import { eventually } from '@hooktrail/harness/eventually';
import { type RawReceiver, startRawReceiver } from '@hooktrail/harness/raw-receiver';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { sql, startTestNode, type TestNode } from '../testing/test-node.ts';

const TYPE = 'test.shown.answer';
const TEXT = '{"größe":"✓"}';

let answer: { headers: string; body: Buffer };
let database: TestDatabase;
let node: TestNode;
let receiver: RawReceiver;
let webhookId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  node = await startTestNode(database.url);
  receiver = await startRawReceiver((socket) => {
    const { headers, body } = answer;
    socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n${headers}\r\n`);
    socket.write(body);
  });
  const { body } = await node.call('POST', '/api/v2/webhooks', {
    webhook: {
      name: 'shown',
      endpoint: `${receiver.url}/hook`,
      http_method: 'POST',
      request_format: 'json',
      status: 'active',
      subscriptions: [TYPE],
    },
  });
  webhookId = body.webhook.id;
});

afterAll(async () => {
  await node.stop();
  await receiver.close();
  await database.drop();
});

async function attemptWith(headers: string, body: Buffer) {
  answer = { headers, body };
  const published = await node.call('POST', '/v1/events', { type: TYPE });
  const { id } = published.body.invocations[0];
  return eventually('an attempt', async () => {
    const path = `/api/v2/webhooks/${webhookId}/invocations/${id}/attempts`;
    return (await node.call('GET', path)).body.attempts[0];
  });
}

describe('an answer is shown', () => {
  const LATIN1 = Buffer.from('größe', 'latin1');
  test.each<[string, string, Buffer, string, boolean]>([
    ['as it is', '', Buffer.from(TEXT), TEXT, false],
    ['out of gzip', 'Content-Encoding: gzip\r\n', gzipSync(TEXT), TEXT, true],
    ['out of br', 'Content-Encoding: br\r\n', brotliCompressSync(TEXT), TEXT, true],
    ['in its charset', 'Content-Type: text/plain; charset=latin1\r\n', LATIN1, 'größe', true],
    [
      'out of gzip and in its charset',
      'Content-Type: text/plain; charset=latin1\r\nContent-Encoding: gzip\r\n',
      gzipSync(LATIN1),
      'größe',
      true,
    ],
    [
      'as it is, where the coding is a lie',
      'Content-Encoding: gzip\r\n',
      Buffer.from(TEXT),
      TEXT,
      true,
    ],
    ['without what is no UTF-8', '', Buffer.from('a\xffb', 'latin1'), 'a\ufffdb', true],
    ['without U+0000', 'Content-Type: text/plain\r\n', Buffer.from('a\0b'), 'a\ufffdb', true],
    [
      'without what cannot be stored',
      'Content-Encoding: gzip\r\n',
      gzipSync('a\0b'),
      'a\ufffdb',
      true,
    ],
  ])('%s, and its bytes are kept', async (_how, headers, body, text, keepsBytes) => {
    const attempt = await attemptWith(headers, body);
    expect(attempt).toMatchObject({ status: 'success', response: { payload: text } });
    expect(attempt.error_message).toBeUndefined();
    const [row] = await sql<{ response_raw: Buffer | null; response_length: number }>(
      database.url,
      'select response_raw, response_length from attempt order by id desc limit 1',
    );
    expect(row).toEqual({
      response_raw: keepsBytes ? body : null,
      response_length: body.length,
    });
    const path = `/v1/webhooks/${webhookId}/invocations/${attempt.invocation_id}/attempts`;
    const [shown] = (await node.call('GET', path)).body.attempts;
    expect(shown.response_body_raw).toBe(keepsBytes ? body.toString('base64') : undefined);
  });

  test('with headers in UTF-8', async () => {
    const attempt = await attemptWith('X-Note: größe ✓\r\n', Buffer.from('ok'));
    expect(attempt.response.headers).toContainEqual({ key: 'X-Note', value: 'größe ✓' });
  });

  test('by a test request too', async () => {
    answer = { headers: 'Content-Encoding: gzip\r\n', body: gzipSync(TEXT) };
    const path = `/api/v2/webhooks/test?webhook_id=${webhookId}`;
    const { body } = await node.call('POST', path, { request: {} });
    expect(body.response.payload).toBe(TEXT);
  });
});

test('a test request over a kept connection that was closed is sent again, and shows that', async () => {
  const seen = new Set<object>();
  receiver.behave((socket) => {
    if (seen.has(socket)) socket.resetAndDestroy();
    else socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    seen.add(socket);
  });
  const before = receiver.requests.length;
  const path = `/api/v2/webhooks/test?webhook_id=${webhookId}`;
  for (let turn = 0; turn < 4; turn++) {
    const { body } = await node.call('POST', path, { request: {} });
    expect(body.test).toMatchObject({ status: 'success', response_code: 200 });
  }
  // Otherwise no connection was kept, and this would test nothing.
  expect(receiver.requests.length - before).toBeGreaterThan(4);
});
