import { eventually } from '@hooktrail/harness/eventually';
import { type RawReceiver, startRawReceiver } from '@hooktrail/harness/raw-receiver';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { sql, startTestNode, type TestNode } from '../testing/test-node.ts';

// A whole node, but with a short time limit, since many answers never end, and without a breaker.
vi.mock('../model/profiles.ts', async (original) => {
  const profiles = await original<typeof import('../model/profiles.ts')>();
  const durable = { ...profiles.PROFILES.durable, timeLimitMs: 300, breaker: null };
  return { ...profiles, PROFILES: { ...profiles.PROFILES, durable } };
});

const TYPE = 'test.garbled.answer';

let says: { first: Buffer; second: Buffer; leave: string };
let database: TestDatabase;
let node: TestNode;
let receiver: RawReceiver;
let webhookId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  node = await startTestNode(database.url);
  receiver = await startRawReceiver((socket) => {
    const { first, second, leave } = says;
    socket.write(first, () =>
      setImmediate(() => {
        if (leave === 'close') socket.end(second);
        else socket.write(second, () => leave === 'reset' && socket.resetAndDestroy());
      }),
    );
  });
  const { body } = await node.call('POST', '/api/v2/webhooks', {
    webhook: {
      name: 'garbled',
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

const KNOWN = ['success', 'failed', 'timeout', 'client error', 'server error'];

/** Bytes that are almost an answer: parts of answers, some corrupted, in any order. */
const garbled = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: fc.uint8Array({ maxLength: 30 }).map((bytes) => Buffer.from(bytes)) },
      {
        weight: 5,
        arbitrary: fc
          .constantFrom(
            'HTTP/1.1 200 OK\r\n',
            'HTTP/1.0 200\r\n',
            'HTTP/1.1 500 \u00ff\u0001\r\n',
            'HTTP/1.1 100 Continue\r\n\r\n',
            'HTTP/1.1 101 X\r\n',
            'HTTP/1.1 000 X\r\n',
            'HTTP/1.1 999 X\r\n',
            'Content-Length: 5\r\n',
            'Content-Length: 0\r\n',
            'Transfer-Encoding: chunked\r\n',
            'Connection: close\r\n',
            'Connection: upgrade\r\nUpgrade: h2c\r\n',
            'Keep-Alive: timeout=999999999999\r\n',
            'X-\u00e9: \u0080\u00ff\r\n',
            'X: \u0000\r\n',
            'X: \\u0000 "quoted"\r\n',
            'X: \u007f\t\u000b\r\n',
            ' folded\r\n',
            '\r\n',
            '\n',
            '5\r\nhello\r\n',
            'ffffffffffffffff\r\n',
            '2;ext="\u0000"\r\n\u0000\u00ff\r\n',
            '0\r\n\r\n',
            '0\r\nTrailer: \u00ff\r\n\r\n',
            '\u00ed\u00a0\u0080\u00f4\u0090\u0080\u0080\u0000',
          )
          .map((text) => Buffer.from(text, 'latin1')),
      },
    ),
    { maxLength: 12 },
  )
  .map((parts) => Buffer.concat(parts));

/** What an endpoint sends, in pieces, and how it ends the connection. */
const anyAnswer = fc.record({
  // Half of them begin correctly, otherwise most would fail in their first line.
  head: fc.constantFrom(
    '',
    'HTTP/1.1 200 OK\r\n',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n',
  ),
  rest: garbled,
  cut: fc.nat(60),
  leave: fc.constantFrom('close', 'reset', 'stay'),
});

const WHOLE = Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');

/** One answer of each ending, before the random ones: on a busy machine there are few of those. */
const ENDINGS: [{ head: string; rest: Buffer; cut: number; leave: string }][] = [
  [{ head: '', rest: WHOLE, cut: 10, leave: 'stay' }],
  [{ head: '', rest: Buffer.from('nonsense'), cut: 3, leave: 'close' }],
  [{ head: 'HTTP/1.1 200 OK\r\n', rest: Buffer.alloc(0), cut: 5, leave: 'stay' }],
  [{ head: '', rest: Buffer.from('HTTP/1.1 101 X\r\n\r\n'), cut: 0, leave: 'close' }],
];

test('whatever bytes an endpoint sends, one attempt is on the record, in time', async () => {
  const statuses = new Set<string>();
  await fc.assert(
    fc.asyncProperty(anyAnswer, async ({ head, rest, cut, leave }) => {
      const bytes = Buffer.concat([Buffer.from(head), rest]);
      says = { first: bytes.subarray(0, cut), second: bytes.subarray(cut), leave };
      const { body } = await node.call('POST', '/v1/events', { type: TYPE });
      const { id } = body.invocations[0];
      const path = `/api/v2/webhooks/${webhookId}/invocations/${id}/attempts`;
      const [attempt, ...more] = await eventually('an attempt', async () => {
        const { attempts } = (await node.call('GET', path)).body;
        return attempts.length > 0 && attempts;
      });
      expect(more).toEqual([]);
      expect(receiver.requests.filter((request) => request.includes(id))).toHaveLength(1);
      expect(KNOWN).toContain(attempt.status);
      if (attempt.status === 'failed' && attempt.status_code === undefined) {
        expect(attempt.error_message).toMatch(/^(malformed answer|connection closed): ./);
      }
      statuses.add(attempt.status);
    }),
    { numRuns: 200, interruptAfterTimeLimit: 20_000, examples: ENDINGS },
  );
  // If all ended the same way, this would test nothing.
  expect([...statuses]).toEqual(expect.arrayContaining(['success', 'failed', 'timeout']));
  // An outcome that could not be recorded would wait for its lease to expire, again and again. The time
  // limit may have interrupted the last run while its attempt was in flight.
  await eventually('every outcome', async () => {
    const missing = await sql(database.url, 'select from invocation where attempts_count = 0');
    return missing.length === 0;
  });
});
