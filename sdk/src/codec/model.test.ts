import { describe, expect, it } from 'vitest';
import { decode, encode } from './wire.ts';

describe('decode', () => {
  it('writes known names in camel case, times as Date, and leaves out null', () => {
    const model = decode({
      id: '1',
      webhook_id: 'w',
      status_code: null,
      description: null,
      created_at: '2023-09-18T10:00:00Z',
      latest_completed_at: '2023-09-18T10:00:00.123456789Z',
      updated_at: null,
    });
    expect(Object.keys(model as object)).toEqual([
      'id',
      'webhookId',
      'createdAt',
      'latestCompletedAt',
    ]);
    expect(model).toEqual({
      id: '1',
      webhookId: 'w',
      createdAt: new Date('2023-09-18T10:00:00.000Z'),
      latestCompletedAt: new Date('2023-09-18T10:00:00.123Z'),
    });
  });

  it('keeps unknown fields as they came', () => {
    const unknown = { next_thing: { inner_name: [1, { a_b: null }] }, archived_at: '2023', x: 1 };
    expect(decode(unknown)).toEqual(unknown);
  });

  it('never renames the keys of data', () => {
    expect(
      decode({
        custom_headers: { x_my_header: 'a', created_at: 'b' },
        authentication: { type: 'api_key', data: { http_method: 'n' }, add_position: 'header' },
        external_source: { type: 't', data: { app_id: 1, webhook_id: null } },
        request: { headers: [{ key: 'status_code', value: 'x' }], payload: '{"created_at":1}' },
        response: { status_code: 200, payload: null },
      }),
    ).toEqual({
      customHeaders: { x_my_header: 'a', created_at: 'b' },
      authentication: { type: 'api_key', data: { http_method: 'n' }, addPosition: 'header' },
      externalSource: { type: 't', data: { app_id: 1, webhook_id: null } },
      request: { headers: [{ key: 'status_code', value: 'x' }], payload: '{"created_at":1}' },
      response: { statusCode: 200 },
    });
  });

  it('cannot be made to change the prototype of a model', () => {
    const model = decode(JSON.parse('{"id": "1", "__proto__": {"status": "success"}}'));
    expect(model).toEqual({ id: '1' });
    expect(Object.getPrototypeOf(model)).toBe(Object.prototype);
    expect((model as { status?: string }).status).toBeUndefined();
  });

  it('takes what should be a model and is none as it came', () => {
    expect(decode({ response: 'none', request: 1 })).toEqual({ response: 'none', request: 1 });
  });

  it.each([[undefined], [null], ['text'], [1]])('refuses %j', (row) => {
    expect(() => decode(row)).toThrow(TypeError);
  });
});

describe('encode', () => {
  it('writes the names of the wire, keeps null, and never renames the keys of data', () => {
    expect(
      encode({
        name: 'n',
        httpMethod: 'POST',
        requestFormat: 'json',
        description: null,
        authentication: { type: 'api_key', data: { keyName: 'n' }, addPosition: 'header' },
        customHeaders: { 'X-Own': 'a', fooBar: 'b' },
        externalSource: { type: 't', data: { appId: 1 } },
      }),
    ).toEqual({
      name: 'n',
      http_method: 'POST',
      request_format: 'json',
      description: null,
      authentication: { type: 'api_key', data: { keyName: 'n' }, add_position: 'header' },
      custom_headers: { 'X-Own': 'a', fooBar: 'b' },
      external_source: { type: 't', data: { appId: 1 } },
    });
    expect(encode({ authentication: null })).toEqual({ authentication: null });
  });

  it('takes back what decode gave', () => {
    const row = {
      id: '1',
      name: 'n',
      http_method: 'POST',
      custom_headers: { a_b: 'c' },
      authentication: { type: 'bearer_token', add_position: 'header' },
      some_new_field: { in_it: 1 },
      created_at: '2023-09-18T10:00:00.000Z',
    };
    expect(JSON.parse(JSON.stringify(encode(decode(row))))).toEqual(row);
  });
});
