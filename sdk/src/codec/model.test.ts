import { describe, expect, expectTypeOf, it } from 'vitest';
import { asIs } from './as-is.ts';
import { list } from './list.ts';
import { model } from './model.ts';
import { nullable } from './nullable.ts';
import { time } from './time.ts';

interface Part {
  type: string;
  data?: Record<string, unknown>;
  addPosition?: string;
}

interface Thing {
  id: string;
  name?: string;
  webhookId?: string;
  description?: string;
  httpMethod?: string;
  statusCode?: number;
  createdAt?: Date;
  latestCompletedAt?: Date;
  updatedAt?: Date;
  customHeaders?: Record<string, string>;
  authentication?: Part;
  partList?: Part[];
  rateLimit?: Part | null;
}

const part = model<Part>({ type: asIs, data: asIs, addPosition: asIs });

const thing = model<Thing>({
  id: asIs,
  name: asIs,
  webhookId: asIs,
  description: asIs,
  httpMethod: asIs,
  statusCode: asIs,
  createdAt: time,
  latestCompletedAt: time,
  updatedAt: time,
  customHeaders: asIs,
  authentication: part,
  partList: list(part),
  rateLimit: nullable(part),
});

describe('decode', () => {
  it('writes listed names in camel case, times as Date, and omits null', () => {
    const read = thing.decode({
      id: '1',
      webhook_id: 'w',
      status_code: null,
      description: null,
      created_at: '2023-09-18T10:00:00Z',
      latest_completed_at: '2023-09-18T10:00:00.123456789Z',
      updated_at: null,
      authentication: null,
    });
    expect(read).toStrictEqual({
      id: '1',
      webhookId: 'w',
      createdAt: new Date('2023-09-18T10:00:00.000Z'),
      latestCompletedAt: new Date('2023-09-18T10:00:00.123Z'),
    });
  });

  it('keeps null only in a nullable field, at any depth', () => {
    expect(thing.decode({ rate_limit: null, name: null })).toStrictEqual({ rateLimit: null });
    const outer = model<{ inner: Thing }>({ inner: thing });
    expect(outer.decode({ inner: { rate_limit: null, updated_at: null } })).toStrictEqual({
      inner: { rateLimit: null },
    });
    expect(thing.decode({ rate_limit: { add_position: 'x' } })).toStrictEqual({
      rateLimit: { addPosition: 'x' },
    });
  });

  it('reads models inside of models and lists', () => {
    expect(
      thing.decode({
        authentication: { type: 'api_key', data: null, add_position: 'header' },
        part_list: [{ add_position: 'a' }, { add_position: null }],
      }),
    ).toStrictEqual({
      authentication: { type: 'api_key', addPosition: 'header' },
      partList: [{ addPosition: 'a' }, {}],
    });
  });

  it('keeps unknown fields unchanged, but for null', () => {
    const unknown = { next_thing: { inner_name: [1, { a_b: null }] }, archived_at: '2023', x: 1 };
    expect(thing.decode({ ...unknown, other_thing: null })).toStrictEqual(unknown);
  });

  it('never renames the keys of data, nor omits its null', () => {
    expect(
      thing.decode({
        custom_headers: { x_my_header: 'a', created_at: 'b' },
        authentication: { type: 't', data: { http_method: 'n', webhook_id: null } },
      }),
    ).toStrictEqual({
      customHeaders: { x_my_header: 'a', created_at: 'b' },
      authentication: { type: 't', data: { http_method: 'n', webhook_id: null } },
    });
  });

  it('cannot be made to change the prototype of a model', () => {
    const read = thing.decode(JSON.parse('{"id": "1", "__proto__": {"status": "success"}}'));
    expect(read).toEqual({ id: '1' });
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
    expect((read as { status?: string }).status).toBeUndefined();
  });

  it('passes on unchanged what should be a model or a list and is not', () => {
    const odd = { authentication: 'none', partList: 1 };
    expect(thing.decode({ authentication: 'none', part_list: 1 })).toEqual(odd);
    expect(thing.decode('text')).toBe('text');
  });
});

describe('encode', () => {
  it('writes the names of the wire, keeps null, and never renames the keys of data', () => {
    expect(
      thing.encode({
        name: 'n',
        httpMethod: 'POST',
        description: null,
        rateLimit: null,
        authentication: { type: 'api_key', data: { keyName: 'n' }, addPosition: 'header' },
        partList: [{ addPosition: 'a' }],
        customHeaders: { 'X-Own': 'a', fooBar: 'b' },
        newField: { inIt: 1 },
      }),
    ).toEqual({
      name: 'n',
      http_method: 'POST',
      description: null,
      rate_limit: null,
      authentication: { type: 'api_key', data: { keyName: 'n' }, add_position: 'header' },
      part_list: [{ add_position: 'a' }],
      custom_headers: { 'X-Own': 'a', fooBar: 'b' },
      new_field: { inIt: 1 },
    });
    expect(thing.encode({ authentication: null })).toEqual({ authentication: null });
  });

  it('omits undefined from the JSON', () => {
    expect(JSON.stringify(thing.encode({ name: undefined, description: null }))).toBe(
      '{"description":null}',
    );
  });

  it('accepts what decode returns', () => {
    const row = {
      id: '1',
      name: 'n',
      http_method: 'POST',
      custom_headers: { a_b: 'c' },
      authentication: { type: 'bearer_token', add_position: 'header' },
      rate_limit: null,
      some_new_field: { in_it: 1 },
      created_at: '2023-09-18T10:00:00.000Z',
    };
    expect(JSON.parse(JSON.stringify(thing.encode(thing.decode(row))))).toEqual(row);
  });
});

describe('the types', () => {
  it('hold the rule for null', () => {
    const check = () => {
      model<{ limit: Part | null }>({ limit: nullable(part) });
      // @ts-expect-error: the type includes null, so reading must keep it
      model<{ limit: Part | null }>({ limit: part });
      model<{ limit?: Part }>({ limit: part });
      // @ts-expect-error: the type excludes null, so reading must omit it
      model<{ limit?: Part }>({ limit: nullable(part) });
    };
    void check;
    expectTypeOf(thing.decode({})).toEqualTypeOf<Thing>();
    expectTypeOf(nullable(part).decode({})).toEqualTypeOf<Part>();
  });

  it('hold that each field is listed, and a time is one', () => {
    const check = () => {
      model<{ at: Date }>({ at: time });
      // @ts-expect-error: a time would stay text
      model<{ at: Date }>({ at: asIs });
      // @ts-expect-error: text would become a time
      model<{ name?: string }>({ name: time });
      // @ts-expect-error: an optional field is listed too
      model<{ name?: string }>({});
      // @ts-expect-error: no such field
      model<{ name: string }>({ name: asIs, other: asIs });
    };
    void check;
  });
});
