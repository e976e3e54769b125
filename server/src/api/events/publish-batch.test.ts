import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { IdempotencyConflict } from '../../accept/idempotency-conflict.ts';
import { Unavailable } from '../../model/unavailable.ts';
import { type PublishingApp, publishingApp } from '../../testing/publishing-app.ts';

const MIB = 1024 * 1024;
const EVENT = '{"type":"order.paid"}';
const LINES = { 'content-type': 'application/x-ndjson' };

let api: PublishingApp;
beforeEach(async () => {
  api = await publishingApp();
});
afterEach(async () => {
  await api.app.close();
});

async function post(body: string | Buffer, headers: Record<string, string> = {}) {
  const response = await api.app.inject({
    method: 'POST',
    url: '/v1/events/batch',
    headers: {
      authorization: 'Bearer publish',
      'content-type': 'application/json',
      ...headers,
    },
    payload: body,
  });
  return { status: response.statusCode, headers: response.headers, body: response.json() };
}

async function results(body: string, headers?: Record<string, string>) {
  const answer = await post(body, headers);
  expect(answer.status).toBe(200);
  return answer.body.results;
}

async function refusal(body: string | Buffer, headers?: Record<string, string>) {
  const answer = await post(body, headers);
  expect(api.published).toEqual([]);
  return [
    answer.status,
    answer.body.error.code,
    ...answer.body.errors
      .filter((e: { code: string }) => e.code !== answer.body.error.code)
      .flatMap((e: { field: string; code: string }) => [e.field, e.code]),
  ];
}

const own = (id: string) => `{"type":"order.paid", "id":"${id}"}`;

describe('POST /v1/events/batch', () => {
  it.each([
    ['an array', `[${own('a')} ,\n ${own('b')}]`, {}],
    ['lines', `${own('a')}\r\n\n ${own('b')}\n`, LINES],
    ['jsonl', `${own('a')}\n${own('b')}`, { 'content-type': 'application/jsonl; charset=utf-8' }],
  ])('publishes %s, in order', async (_, body, headers) => {
    expect(await results(body, headers as Record<string, string>)).toEqual([
      { status: 202, event: { id: 'a' }, invocations: [], skipped: [] },
      { status: 202, event: { id: 'b' }, invocations: [], skipped: [] },
    ]);
    expect(api.published.map((publication) => publication.accountId)).toEqual([7, 7]);
    // The fingerprint covers the event's text alone, as if it were sent on its own.
    expect(api.published.map((publication) => publication.idempotency)).toEqual(
      ['a', 'b'].map((id) => ({
        key: `event:${id}`,
        fingerprint: createHash('sha256').update(own(id)).digest(),
      })),
    );
    expect(api.published[0]?.event.body.startsWith(own('a').slice(0, -1))).toBe(true);
  });

  it('reports an invalid element and accepts the others', async () => {
    const large = `{"type":"order.paid","subject":"${'x'.repeat(MIB)}"}`;
    const [good, noType, number, tooLarge, last] = await results(
      `[${EVENT},{"id":"a"},7,${large},${EVENT}]`,
    );
    expect(good).toMatchObject({ status: 202 });
    expect(noType).toMatchObject({
      status: 422,
      error: { code: 'InvalidBody', title: 'Unprocessable Entity' },
      errors: [{ field: 'type', code: 'required' }],
    });
    expect(noType.error.message).toMatch(/^element 2: type is required/);
    expect(number).toMatchObject({ status: 422, errors: [{ field: 'body', code: 'wrong_type' }] });
    expect(tooLarge).toMatchObject({
      status: 413,
      error: { code: 'BodyTooLarge' },
      errors: [{ field: 'body' }],
    });
    expect(last).toMatchObject({ status: 202 });
    expect(api.published).toHaveLength(2);
  });

  it('reports an invalid line by its number and accepts the others', async () => {
    const deep = `{"type":"order.paid","detail":${'['.repeat(100_000)}`;
    const large = `{"type":"order.paid","subject":"${'x'.repeat(MIB)}"}`;
    const [good, broken, tooDeep, tooLarge, last] = await results(
      `${EVENT}\n\n{"type":"order.paid"\n${deep}\n${large}\n${EVENT}`,
      LINES,
    );
    expect(good).toMatchObject({ status: 202 });
    expect(broken).toMatchObject({
      status: 400,
      error: { code: 'MalformedBody', title: 'Bad Request' },
      errors: [{ field: 'body', code: 'malformed' }],
    });
    expect(broken.error.message).toMatch(/^line 3: /);
    expect(tooDeep).toMatchObject({ status: 400, errors: [{ code: 'too_deep' }] });
    expect(tooLarge).toMatchObject({ status: 413 });
    expect(last).toMatchObject({ status: 202 });
    expect(api.published).toHaveLength(2);
  });

  it.each([
    ['an array', (events: string[]) => `[ ${events.join(' , ')} ]`, {}],
    ['lines', (events: string[]) => events.join(' \n '), LINES],
  ])('limits the size of events in %s in bytes', async (_, join, headers) => {
    const sized = (bytes: number) => {
      const head = '{"type":"order.paid","detail":{"x":"é';
      return `${head.padEnd(bytes - 1 - 3, 'x')}"}}`; // é is two bytes
    };
    const answers = await results(join([sized(MIB), sized(MIB + 1), EVENT]), headers);
    expect(answers.map(({ status }: { status: number }) => status)).toEqual([202, 413, 202]);
  });

  it('answers each event as the acceptor does', async () => {
    api.onPublish = async ({ id }) => {
      if (id === 'conflict') throw new IdempotencyConflict('event:conflict');
      if (id === 'away') throw new Unavailable('away');
      if (id === 'bug') throw new Error('secret detail');
      return { event: { id }, invocations: [{ id: 'i', webhook_id: 'w' }], skipped: [] };
    };
    const answers = await results(`[${['fine', 'conflict', 'away', 'bug'].map(own).join()}]`);
    expect(answers).toMatchObject([
      { status: 202, invocations: [{ id: 'i', webhook_id: 'w' }] },
      { status: 409, error: { code: 'IdempotencyConflict' }, errors: [{ field: 'id' }] },
      { status: 503, error: { code: 'Unavailable' } },
      { status: 500, error: { code: 'InternalError' } },
    ]);
    expect(JSON.stringify(answers)).not.toContain('secret detail');
  });

  it('lists a thousand invocations in all, and counts the others', async () => {
    const lists = [600, 500, 400, 0, 1];
    let at = 0;
    api.onPublish = async (event) => ({
      event: { id: event.id },
      invocations: Array(lists[at++] ?? 0).fill({ id: 'i', webhook_id: 'w' }),
      skipped: [],
    });
    const shown = (await results(`[${lists.map(() => EVENT).join()}]`)).map(
      (result: {
        invocations: unknown[];
        invocations_count?: number;
        links?: { event: string; invocations: string };
        event: { id: string };
      }) => {
        // Only an answer that lists nothing says where it is.
        const url = `http://localhost:80/v1/events/${result.event.id}`;
        expect(result.links).toEqual(
          result.invocations_count === undefined
            ? undefined
            : { event: url, invocations: `${url}/invocations` },
        );
        return [result.invocations.length, result.invocations_count];
      },
    );
    expect(shown).toEqual([
      [600, undefined],
      [0, 500],
      [400, undefined],
      [0, undefined],
      [0, 1],
    ]);
  });

  describe('of many errors', () => {
    interface Refused {
      readonly errors: { code: string; message: string }[];
      readonly errors_count?: number;
      readonly error: { message: string };
    }
    const bad = (fields: number, name = 'x') =>
      `{"type":"order.paid",${Array.from({ length: fields }, (_, n) => `"${name}${n}":1`).join()}}`;

    it('lists the first of each event, and a thousand in all', async () => {
      const events = [...Array(100).fill(bad(12)), EVENT, bad(1), bad(30)];
      const refused: Refused[] = await results(`[${events.join()}]`);
      // 102 are refused: 898 further entries are 81 events with 11 more, and 7 of the next one.
      expect(refused.map(({ errors }) => errors?.length)).toEqual([
        ...Array(81).fill(12),
        8,
        ...Array(18).fill(1),
        undefined,
        1,
        1,
      ]);
      expect(refused.map(({ errors_count }) => errors_count)).toEqual([
        ...Array(81).fill(undefined),
        ...Array(19).fill(12),
        undefined,
        undefined,
        20,
      ]);
      expect(refused[99]?.error.message).toContain('(and 11 more)');
      expect(api.published).toHaveLength(1);
    });

    it.each([
      ['control characters', '\\u0001'.repeat(50)],
      ['long characters', '\u{1F600}'.repeat(50)],
      ['slashes', '/~'.repeat(50)],
    ])('answers less than was sent, whatever is quoted: %s', async (_, name) => {
      const body = `[${Array(1_000).fill(bad(20, name)).join()}]`.slice(0, 5 * MIB);
      const text = `${body.slice(0, body.lastIndexOf('}') + 1)}]`;
      const answer = await post(text);
      expect(answer.status).toBe(200);
      const refused = answer.body.results as Refused[];
      expect(refused.flatMap(({ errors }) => errors).length).toBeLessThanOrEqual(1_000);
      expect(Buffer.byteLength(JSON.stringify(answer.body))).toBeLessThan(2 * MIB);
    });
  });

  it('is 503 as a whole when no event could be accepted', async () => {
    api.onPublish = async () => {
      throw new Unavailable('away', 5);
    };
    const { status, headers, body } = await post(`[${EVENT},${EVENT}]`);
    expect([status, headers['retry-after'], body.error.code]).toEqual([503, '5', 'Unavailable']);
  });

  it('hands all events to the acceptor together, so that they share a commit', async () => {
    let waiting = 0;
    let most = 0;
    api.onPublish = async ({ id }) => {
      most = Math.max(most, ++waiting);
      await new Promise(setImmediate);
      waiting--;
      return { event: { id }, invocations: [], skipped: [] };
    };
    expect(await results(`[${Array(1_000).fill(EVENT).join()}]`)).toHaveLength(1_000);
    expect(most).toBe(1_000);
  });

  it('accepts 5 MiB', async () => {
    const event = `{"type":"order.paid","subject":"x","detail":{"x":"${'x'.repeat(MIB - 100)}"}}`;
    const body = `[${Array(4).fill(event).join()}]`.padEnd(5 * MIB);
    expect(await results(body)).toMatchObject(Array(4).fill({ status: 202 }));
  });

  describe('bad input', () => {
    it.each([
      '[',
      `[${EVENT}`,
      `[${EVENT},]`,
      `[${EVENT},{"type":"order.paid"]`,
      `[${EVENT}] x`,
      `[${EVENT},{"type":}]`,
      `[${EVENT},"\u0000"]`,
      `\ufeff[${EVENT}]`,
      '{"type":"order.paid"}',
      '"x"',
      '['.repeat(5 * MIB),
    ])('400 for the array %.50j as a whole', async (body) => {
      expect(await refusal(body)).toEqual([400, 'MalformedBody', 'body', 'malformed']);
    });

    it('400 for an array with an element that is nested too deep', async () => {
      const deep = `{"type":"order.paid","detail":${'['.repeat(200_000)}${']'.repeat(200_000)}}`;
      expect(await refusal(`[${EVENT},${deep}]`)).toEqual([
        400,
        'MalformedBody',
        'body',
        'too_deep',
      ]);
    });

    it('400 for invalid UTF-8', async () => {
      for (const headers of [{}, LINES]) {
        const body = Buffer.concat([
          Buffer.from(`${EVENT}\n"`),
          Buffer.from([0xff]),
          Buffer.from('"'),
        ]);
        expect(await refusal(body, headers as Record<string, string>)).toEqual([
          400,
          'MalformedBody',
          'body',
          'malformed',
        ]);
      }
    });

    it('400 for no body', async () => {
      expect(await refusal('')).toEqual([400, 'MalformedBody', 'body', 'required']);
    });

    it('400 for an Idempotency-Key', async () => {
      expect(await refusal(`[${EVENT}]`, { 'idempotency-key': 'k' })).toEqual([
        400,
        'InvalidParameter',
        'Idempotency-Key',
        'not_allowed',
      ]);
    });

    it('422 for no events', async () => {
      expect(await refusal('[]')).toEqual([422, 'InvalidBody', 'body', 'too_short']);
      expect(await refusal('\n \n', LINES)).toEqual([422, 'InvalidBody', 'body', 'too_short']);
    });

    it('413 for more than 1000 events', async () => {
      const many = Array(1_001).fill(EVENT);
      const answer = [413, 'BodyTooLarge', 'body', 'too_many'];
      expect(await refusal(`[${many.join()}]`)).toEqual(answer);
      expect(await refusal(many.join('\n'), LINES)).toEqual(answer);
    });

    it('413 for more than 5 MiB', async () => {
      for (const size of [5 * MIB + 1, 10 * MIB]) {
        expect(await refusal(`[${EVENT}]`.padEnd(size))).toEqual([413, 'BodyTooLarge']);
      }
    });

    it.each(['text/plain', 'text/csv', 'application/x-ndjsonx', 'application/xml'])(
      '415 for the content type %s',
      async (type) => {
        expect(await refusal(`[${EVENT}]`, { 'content-type': type })).toEqual([
          415,
          'UnsupportedMediaType',
        ]);
      },
    );

    it('403 for a read-only token', async () => {
      expect(await refusal(`[${EVENT}]`, { authorization: 'Bearer read' })).toEqual([
        403,
        'Forbidden',
      ]);
    });
  });
});
