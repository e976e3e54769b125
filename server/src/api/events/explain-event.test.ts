import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { completeEvent } from '../../accept/complete-event.ts';
import { ApiError } from '../errors/api-error.ts';
import { explainEvent } from './explain-event.ts';

function explain(text: string): ApiError {
  expect(completeEvent(text, { accountId: 1, id: 'x', timeMs: 0 })).toBeUndefined();
  try {
    explainEvent(text);
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
}

function fields(text: string): [string, string][] {
  const error = explain(text);
  expect(error.code).toBe('InvalidBody');
  return error.errors.map(({ field, code }) => [field, code]);
}

describe('explainEvent', () => {
  it.each([
    '',
    '   ',
    '{"type":"order.paid"',
    '{"type":"order.paid',
    '{"type":"order.paid\\',
    '{"type":"order.paid",}',
    '{"type":"order.paid"} {}',
    "{'type':'order.paid'}",
    '{"type":"order.paid","detail":{"x":NaN}}',
    '{"type":"order.paid","subject":"a\u0000b"}',
    '{"type":"order.paid"}\u0000',
    '\ufeff{"type":"order.paid"}',
    '"',
    ':::{}',
  ])('says that %j is not JSON', (text) => {
    const { code, errors } = explain(text);
    expect(code).toBe('MalformedBody');
    expect(errors).toMatchObject([{ field: 'body', code: 'malformed' }]);
  });

  it('says where the JSON is invalid, and quotes none of it', () => {
    const { message } = explain('{"type":"order.paid","detail":{"secret":"s3cret",}}');
    expect(message).toMatch(/at position \d+$/);
    expect(message).not.toContain('s3cret');
  });

  it('reports JSON that is nested too deep', () => {
    const { code, errors } = explain(`{"type":"order.paid","detail":${'['.repeat(1e6)}`);
    expect(code).toBe('MalformedBody');
    expect(errors).toMatchObject([{ field: 'body', code: 'too_deep' }]);
  });

  it.each(['null', '[]', '"text"', '1', 'true', '[{"type":"order.paid"}]'])(
    'says that %s is not an object',
    (text) => expect(fields(text)).toEqual([['body', 'wrong_type']]),
  );

  const long = 'x'.repeat(256);
  it.each([
    ['type', 'wrong_type', [1, null, true, {}, []]],
    ['type', 'invalid_format', ['', 'order', 'order.*', 'conditional_ticket_events', 'a.b\u0000']],
    ['type', 'too_long', [`a.${long}`]],
    ['id', 'wrong_type', [1, null, {}]],
    ['id', 'too_short', ['']],
    ['id', 'invalid_format', ['a b', 'é', 'a\n', 'a\u0000']],
    ['id', 'too_long', [long]],
    ['subject', 'wrong_type', [1, null, {}, []]],
    ['subject', 'too_long', [long]],
    ['time', 'wrong_type', [1_700_000_000, null, {}]],
    [
      'time',
      'invalid_format',
      [
        '',
        'yesterday',
        '2024-05-01',
        '2024-05-01T10:00:00',
        '2024-05-01T10:00:00+02:00',
        '2024-05-01 10:00:00Z',
        '2024-02-30T10:00:00Z',
        '2024-05-01T24:00:00Z',
        '2024-12-31T23:59:60Z',
        '2024-05-01T10:00:00.1234567890Z',
      ],
    ],
    ['detail', 'wrong_type', [null, [], 'text', 1, true]],
    ['event', 'wrong_type', [null, [], 'text', 1, true]],
    ['account_id', 'wrong_type', [null, '42', 1.5, {}]],
    ['account_id', 'out_of_range', [2 ** 53, -(2 ** 53), 1e300]],
    ['zendesk_event_version', 'wrong_type', [null, 20221106, {}]],
    ['zendesk_event_version', 'too_long', [long]],
  ] as const)('rejects a %s: %s', (field, code, values) => {
    for (const value of values) {
      const text = JSON.stringify({ type: 'order.paid', [field]: value });
      expect(fields(text), text).toEqual([[field, code]]);
    }
  });

  it('names the rule and the value', () => {
    expect(explain('{"type":"order.paid","time":"noon"}').message).toBe(
      'time must be a UTC time in ISO 8601 such as 2026-01-31T12:00:00Z, got "noon"',
    );
  });

  it('requires a type', () => {
    expect(fields('{}')).toEqual([['type', 'required']]);
    expect(fields('{"detail":{}}')).toEqual([['type', 'required']]);
  });

  it.each(['data', '__proto__', 'constructor', 'toString', '', 'Type', 'a/b~c'])(
    'rejects the unknown field %j',
    (field) => {
      const text = `{"type":"order.paid",${JSON.stringify(field)}:{"type":"order.paid"}}`;
      expect(fields(text)).toEqual([[field, 'unknown_field']]);
    },
  );

  it('rejects a repeated field, even if its name is escaped', () => {
    expect(fields('{"type":"a.b","type":"a.b"}')).toEqual([['type', 'duplicate']]);
    expect(
      fields('{"type":"a.b","subject":"type","detail":{"type":1},"t\\u0079pe":"order.paid"}'),
    ).toEqual([['type', 'duplicate']]);
  });

  it('reports all errors, up to 20', () => {
    expect(fields('{"id":1,"detail":1,"x":1}')).toEqual([
      ['type', 'required'],
      ['id', 'wrong_type'],
      ['detail', 'wrong_type'],
      ['x', 'unknown_field'],
    ]);
    const many = Array.from({ length: 100_000 }, (_, index) => `"k${index}":1`).join();
    expect(fields(`{${many}}`)).toHaveLength(20);
  });

  it('has a reason for every rejected text', () => {
    const pieces = fc.constantFrom(
      ...['{', '}', '[', ']', '"', '\\', ':', ',', ' ', '"type"', '"a.b"', '"id"', '"id":1'],
    );
    const noise = fc.array(pieces, { maxLength: 12 }).map((list) => list.join(''));
    const almost = fc
      .array(pieces, { maxLength: 6 })
      .map((list) => `{"type":"a.b"${list.join('')}}`);
    fc.assert(
      fc.property(fc.oneof(noise, almost, fc.string()), (text) => {
        if (completeEvent(text, { accountId: 1, id: 'x', timeMs: 0 }) === undefined) {
          expect(explain(text).errors.length).toBeGreaterThan(0);
        } else {
          expect(JSON.parse(text)).toHaveProperty('type', 'a.b');
        }
      }),
      { numRuns: 5_000 },
    );
  });
});
