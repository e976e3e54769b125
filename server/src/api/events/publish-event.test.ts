import { createHash } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { IdempotencyConflict } from '../../accept/idempotency-conflict.ts';
import { isId } from '../../model/ids.ts';
import { Unavailable } from '../../model/unavailable.ts';
import { NOW, type PublishingApp, publishingApp } from '../../testing/publishing-app.ts';

const MIB = 1024 * 1024;
const EVENT = '{"type":"order.paid"}';

let api: PublishingApp;
beforeEach(async () => {
  api = await publishingApp();
});
afterEach(async () => {
  await api.app.close();
});

async function post(body: string | Buffer | undefined, headers: Record<string, string> = {}) {
  const response = await api.app.inject({
    method: 'POST',
    url: '/v1/events',
    headers: {
      authorization: 'Bearer publish',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { payload: body }),
  });
  return { status: response.statusCode, headers: response.headers, body: response.json() };
}

async function refusal(body: string | Buffer | undefined, headers?: Record<string, string>) {
  const answer = await post(body, headers);
  expect(api.published).toEqual([]);
  expect(answer.headers['x-request-id']).toBeTruthy();
  expect(answer.body.error.title).toBeTruthy();
  return [
    answer.status,
    answer.body.error.code,
    ...answer.body.errors
      .filter((e: { code: string }) => e.code !== answer.body.error.code)
      .flatMap((e: { field: string; code: string }) => [e.field, e.code]),
  ];
}

const sha256 = (text: string) => createHash('sha256').update(text).digest();

describe('POST /v1/events', () => {
  it('says where the event and its invocations are when it lists none of them', async () => {
    const counts = { invocations_count: 2_000, skipped_count: 3 };
    api.onPublish = async ({ id }) => ({ event: { id }, invocations: [], skipped: [], ...counts });
    const { body } = await post('{"type":"order.paid","id":"a/b"}', { host: 'hooks.example' });
    const event = 'http://hooks.example/v1/events/a%2Fb';
    expect(body).toEqual({
      event: { id: 'a/b' },
      invocations: [],
      skipped: [],
      ...counts,
      links: { event, invocations: `${event}/invocations` },
    });
  });

  it('hands the complete event to the acceptor and returns its answer', async () => {
    api.onPublish = async (event) => ({
      event: { id: event.id },
      invocations: [{ id: 'i', webhook_id: 'w' }],
      skipped: [{ webhook_id: 'v', reason: 'inactive' }],
    });
    const { status, body } = await post('{"type":"order.paid", "detail":{"n":1.10}}');

    expect(status).toBe(202);
    const [publication] = api.published;
    const id = publication?.event.id ?? '';
    expect(isId(id)).toBe(true);
    expect(body).toEqual({
      event: { id },
      invocations: [{ id: 'i', webhook_id: 'w' }],
      skipped: [{ webhook_id: 'v', reason: 'inactive' }],
    });
    expect(publication).toMatchObject({
      accountId: 7,
      idempotency: undefined,
      event: {
        id,
        ownId: false,
        type: 'order.paid',
        body:
          '{"type":"order.paid", "detail":{"n":1.10},"account_id":7,"event":{},' +
          `"id":"${id}","subject":"hooktrail:event:${id}","time":"${NOW}",` +
          '"zendesk_event_version":"2022-11-06"}',
      },
    });
  });

  it('generates an id for each event', async () => {
    await post(EVENT);
    await post(EVENT);
    expect(api.published[0]?.event.id).not.toBe(api.published[1]?.event.id);
  });

  it.each(['application/json', 'application/json; charset=utf-8', 'Application/JSON ;x=y'])(
    'accepts %s',
    async (type) => expect((await post(EVENT, { 'content-type': type })).status).toBe(202),
  );

  it('passes on any legal JSON in details and strings', async () => {
    const text =
      '{"type":"order.paid","detail":{"__proto__":{"x":1},"constructor":{"prototype":1},"z":"\\u0000\\ud800é😀"}}';
    expect((await post(text)).status).toBe(202);
    expect(api.published[0]?.event.body).toContain(text.slice(0, -1));
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });

  it('accepts a body of 1 MiB', async () => {
    const space = ' '.repeat(MIB - EVENT.length);
    expect((await post(EVENT + space)).status).toBe(202);
  });

  describe('idempotency', () => {
    const OWN = '{"type":"order.paid","id":"order-1"}';

    it("uses the event's id as idempotency key", async () => {
      await post(OWN);
      expect(api.published[0]?.event.id).toBe('order-1');
      expect(api.published[0]?.idempotency).toEqual({
        key: 'event:order-1',
        fingerprint: sha256(OWN),
      });
    });

    it('prefers the Idempotency-Key header to the id', async () => {
      await post(EVENT, { 'idempotency-key': 'event:k' });
      await post(OWN, { 'idempotency-key': 'k-2' });
      expect(api.published.map((publication) => publication.idempotency)).toEqual([
        { key: 'key:event:k', fingerprint: sha256(EVENT) },
        { key: 'key:k-2', fingerprint: sha256(OWN) },
      ]);
    });

    it('ignores white space around the event', async () => {
      await post(`\n ${OWN}\r\n`);
      expect(api.published[0]?.idempotency?.fingerprint).toEqual(sha256(OWN));
      expect(api.published[0]?.event.body).toMatch(/^\n \{.*\}\r\n$/);
    });

    it('answers 409 for a key that was used with another body', async () => {
      api.onPublish = async () => {
        throw new IdempotencyConflict('key:k');
      };
      const { status, body } = await post(EVENT, { 'idempotency-key': 'k' });
      expect(status).toBe(409);
      expect(body.error.code).toBe('IdempotencyConflict');
      expect(body.errors).toMatchObject([{ field: 'Idempotency-Key', code: 'conflict' }]);
    });

    it('answers 409 for an id that was used with another body', async () => {
      api.onPublish = async () => {
        throw new IdempotencyConflict('event:order-1');
      };
      const { status, body } = await post(OWN);
      expect(status).toBe(409);
      expect(body.errors).toMatchObject([{ field: 'id', code: 'conflict' }]);
    });

    it('accepts a key of 255 characters', async () => {
      expect((await post(EVENT, { 'idempotency-key': '~'.repeat(255) })).status).toBe(202);
    });

    it.each([
      ['', 'too_short'],
      ['x'.repeat(256), 'too_long'],
      ['a b', 'invalid_characters'],
      ['a, b', 'invalid_characters'],
      ['é', 'invalid_characters'],
    ])('rejects the key %.20j', async (key, code) => {
      expect(await refusal(EVENT, { 'idempotency-key': key })).toEqual([
        400,
        'InvalidParameter',
        'Idempotency-Key',
        code,
      ]);
    });
  });

  describe('bad input', () => {
    it.each([
      ['{"type":"order.paid"', 'malformed'],
      ['not json', 'malformed'],
      ['{"type":"order.paid"}{"type":"order.paid"}', 'malformed'],
      ['{"type":"order.paid","subject":"\u0000"}', 'malformed'],
      [`${EVENT}\u0000`, 'malformed'],
      [`\ufeff${EVENT}`, 'malformed'],
      ['['.repeat(MIB), 'too_deep'],
      ['{"a":'.repeat(100_000), 'too_deep'],
      [`{"type":"a.b","detail":{"x":${'['.repeat(400_000)}${']'.repeat(400_000)}}}`, 'too_deep'],
    ])('400 for the body %.30j', async (body, code) => {
      expect(await refusal(body)).toEqual([400, 'MalformedBody', 'body', code]);
    });

    it('400 for a body that is not UTF-8', async () => {
      for (const bytes of ['ff', 'c080', 'eda080', 'f4908080', 'e28c']) {
        const body = Buffer.concat([
          Buffer.from('{"type":"order.paid","subject":"'),
          Buffer.from(bytes, 'hex'),
          Buffer.from('"}'),
        ]);
        expect(await refusal(body)).toEqual([400, 'MalformedBody', 'body', 'malformed']);
      }
    });

    it('400 for no body', async () => {
      expect(await refusal(undefined)).toEqual([400, 'MalformedBody', 'body', 'required']);
      expect(await refusal('')).toEqual([400, 'MalformedBody', 'body', 'required']);
    });

    it.each(['text/plain', 'application/x-ndjson', 'application/jsonx', 'garbage', 'text/json'])(
      '415 for the content type %s',
      async (type) => {
        expect(await refusal(EVENT, { 'content-type': type })).toEqual([
          415,
          'UnsupportedMediaType',
        ]);
      },
    );

    it('415 for a body without a content type', async () => {
      const response = await api.app.inject({
        method: 'POST',
        url: '/v1/events',
        headers: { authorization: 'Bearer publish' },
        payload: Buffer.from(EVENT),
      });
      expect([response.statusCode, response.json().error.code]).toEqual([
        415,
        'UnsupportedMediaType',
      ]);
    });

    it('413 for a body of more than 1 MiB', async () => {
      for (const size of [MIB + 1, 10 * MIB]) {
        expect(await refusal(EVENT.padEnd(size))).toEqual([413, 'BodyTooLarge']);
      }
    });

    it.each([
      ['{}', 'type', 'required'],
      ['[]', 'body', 'wrong_type'],
      ['null', 'body', 'wrong_type'],
      ['{"type":7}', 'type', 'wrong_type'],
      ['{"type":"order"}', 'type', 'invalid_format'],
      ['{"type":"a.b","id":7}', 'id', 'wrong_type'],
      ['{"type":"a.b","id":""}', 'id', 'too_short'],
      ['{"type":"a.b","id":"\\u0000"}', 'id', 'invalid_format'],
      ['{"type":"a.b","subject":7}', 'subject', 'wrong_type'],
      ['{"type":"a.b","time":"now"}', 'time', 'invalid_format'],
      ['{"type":"a.b","detail":[]}', 'detail', 'wrong_type'],
      ['{"type":"a.b","event":"x"}', 'event', 'wrong_type'],
      ['{"type":"a.b","account_id":"1"}', 'account_id', 'wrong_type'],
      ['{"type":"a.b","account_id":9007199254740993}', 'account_id', 'out_of_range'],
      ['{"type":"a.b","zendesk_event_version":1}', 'zendesk_event_version', 'wrong_type'],
      ['{"type":"a.b","data":{}}', 'data', 'unknown_field'],
      ['{"type":"a.b","__proto__":{}}', '__proto__', 'unknown_field'],
      ['{"type":"a.b","type":"a.c"}', 'type', 'duplicate'],
    ])('422 for %s', async (body, field, code) => {
      expect(await refusal(body)).toEqual([422, 'InvalidBody', field, code]);
    });

    it('401 and 403 before the body is parsed', async () => {
      expect(await refusal('{', { authorization: 'Bearer wrong' })).toEqual([401, 'Unauthorized']);
      expect(await refusal('{', { authorization: 'Bearer read' })).toEqual([403, 'Forbidden']);
    });
  });

  it('503 with retry-after when the acceptor is unavailable', async () => {
    api.onPublish = async () => {
      throw new Unavailable('away', 3);
    };
    const { status, headers, body } = await post(EVENT);
    expect([status, headers['retry-after'], body.error.code]).toEqual([503, '3', 'Unavailable']);
  });

  it('500 without details after an internal error', async () => {
    api.onPublish = async () => {
      throw new Error('secret detail');
    };
    const { status, body } = await post(EVENT);
    expect(status).toBe(500);
    expect(JSON.stringify(body)).not.toContain('secret detail');
  });

  describe('on a socket', () => {
    async function send(bytes: string): Promise<string> {
      await api.app.listen({ host: '127.0.0.1', port: 0 });
      const { port } = api.app.server.address() as AddressInfo;
      const socket = connect(port, '127.0.0.1');
      socket.end(bytes);
      return readText(socket);
    }
    const head = (length: string) =>
      'POST /v1/events HTTP/1.1\r\nhost: x\r\nauthorization: Bearer publish\r\n' +
      `content-type: application/json\r\n${length}\r\n\r\n`;

    it('rejects a truncated body', async () => {
      const answer = await send(`${head('content-length: 100')}${EVENT}`);
      expect(answer).toMatch(/^HTTP\/1.1 400 /);
      expect(answer).toContain('"MalformedRequest"');
      expect(api.published).toEqual([]);
    });

    it('rejects a chunked body that does not end', async () => {
      const answer = await send(
        `${head('transfer-encoding: chunked')}${EVENT.length.toString(16)}\r\n${EVENT}\r\n`,
      );
      expect(answer).toMatch(/^HTTP\/1.1 400 /);
      expect(answer).toContain('"MalformedRequest"');
      expect(api.published).toEqual([]);
    });

    it('answers 413 to a length of 10 MiB without waiting for the body', async () => {
      const answer = await send(head(`content-length: ${10 * MIB}`));
      expect(answer).toMatch(/^HTTP\/1.1 413 /);
      expect(answer).toContain('"BodyTooLarge"');
    });

    it('answers 413 to a chunked body over the limit', async () => {
      const chunk = `10000\r\n${' '.repeat(0x10000)}\r\n`;
      const answer = await send(head('transfer-encoding: chunked') + chunk.repeat(17));
      expect(answer).toMatch(/^HTTP\/1.1 413 /);
    });
  });
});
