import { readdirSync, readFileSync } from 'node:fs';
import { Hooktrail } from '@hooktrail/sdk/hooktrail';
import { expect, test } from 'vitest';
import { wireRow } from './wire-row.ts';

const GOLDEN = new URL('../../../spec/golden/', import.meta.url);

/** Lists and single things by the name of their field, and how the SDK reads them. */
const READERS: Readonly<Record<string, (client: Hooktrail) => Promise<unknown>>> = {
  webhooks: async (client) => (await client.webhooks.list()).items,
  webhook: (client) => client.webhooks.get('w'),
  attempts: async (client) => (await client.invocations.attempts('i')).items,
  events: async (client) => (await client.events.list()).items,
  event: (client) => client.events.get('e'),
  results: async (client) => (await client.search('x')).items,
  view: (client) => client.views.get('v'),
  keys: (client) => client.account.keys(),
  // Its `counts` are of other things.
  problems: (client) => client.problems(),
  counts: (client) => client.counts(),
};

/** What older clients read of an attempt: the SDK and the command have it once, in `response`. */
const TWICE = new Set(['response_body', 'response_code', 'response_headers']);

/** The SDK omits `null`, but in the two fields where it says something; data keeps it. */
const withoutNull = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutNull);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, one]) =>
      one === null || TWICE.has(name) ? [] : [[name, withoutNull(one)]],
    ),
  );
};

const bodies = readdirSync(GOLDEN).flatMap((name) => {
  if (name.startsWith('error-')) return [];
  const body = JSON.parse(readFileSync(new URL(name, GOLDEN), 'utf8')) as Record<string, unknown>;
  const field = Object.keys(READERS).find((one) => Object.hasOwn(body, one));
  return field === undefined ? [] : [{ name, body, field }];
});

test.each(bodies)('$name has the names of the API again', async ({ body, field }) => {
  const client = new Hooktrail({
    baseUrl: 'https://hooks.test',
    auth: { accessToken: 't' },
    fetch: async () => Response.json(body),
  });
  const read = await READERS[field]?.(client);
  const rows = Array.isArray(read)
    ? read.map((one) => wireRow(one as object))
    : wireRow(read as object);
  // These are a whole body; everything else stands under its name.
  const expected = field === 'counts' || field === 'problems' ? body : body[field];
  expect(withoutNull(JSON.parse(JSON.stringify(rows)))).toEqual(withoutNull(expected));
});

test('there are bodies of all kinds', () => {
  expect(new Set(bodies.map(({ field }) => field)).size).toBe(Object.keys(READERS).length);
});

test('keys of users stay as they are, and bytes are base64', () => {
  expect(
    wireRow({
      customHeaders: { 'X-fooBar': 'a' },
      detail: { someKey: { innerKey: null } },
      authentication: { addPosition: 'header', data: { userName: 'a' } },
      responseBodyRaw: new Uint8Array([0, 255]),
      fingerprintSha256: 'ab',
      bySomething: { byStatus: { clientError: 1 } },
    }),
  ).toEqual({
    custom_headers: { 'X-fooBar': 'a' },
    detail: { someKey: { innerKey: null } },
    authentication: { add_position: 'header', data: { userName: 'a' } },
    response_body_raw: 'AP8=',
    fingerprint_sha256: 'ab',
    by_something: { by_status: { clientError: 1 } },
  });
});
