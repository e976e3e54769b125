import { describe, expect, it } from 'vitest';
import type { HttpMethod, RequestFormat } from '../../model/webhook.ts';
import { ApiError } from '../errors/api-error.ts';
import { renderPayload } from './render-payload.ts';

const shape = (httpMethod: HttpMethod, requestFormat: RequestFormat) => ({
  httpMethod,
  requestFormat,
});
const JSON_POST = shape('POST', 'json');
const XML_POST = shape('POST', 'xml');
const QUERY = shape('GET', 'json');

function rejected(text: string, target = JSON_POST): string[] {
  try {
    return ['accepted', renderPayload(text, target)];
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return [error.code, ...error.errors.flatMap(({ field, code }) => [field, code])];
  }
}

describe('renderPayload', () => {
  describe.each(['POST', 'PUT', 'PATCH'] as const)('%s', (method) => {
    it.each([
      '{"b":1,"a":{"x": 12345678901234567890, "y":1.10, "s":"\\u00e9\\/\\u0000"} , "b":2}',
      '[ 1,\n2 ]',
      '{}',
      '42',
      '-0.0e1',
      'true',
      'null',
      '{"payload":{"x":"}:\\"{"}}',
    ])('json: sends %s byte for byte', (raw) => {
      for (const text of [
        `{"payload":${raw}}`,
        ` { "payload" :\t${raw}\r\n} \n`,
        `{"p\\u0061yload": ${raw} }`,
      ]) {
        expect(renderPayload(text, shape(method, 'json'))).toBe(raw);
      }
    });

    it('json: accepts a string that contains JSON', () => {
      for (const json of ['{"a": 1.0}', '"text"', ' [1]\n', '"\\u0000"']) {
        const text = JSON.stringify({ payload: json });
        expect(renderPayload(text, shape(method, 'json'))).toBe(json);
      }
    });

    it('xml: sends the string', () => {
      const xml = '<?xml version="1.0"?>\n<a b="c">é😀</a>';
      expect(renderPayload(JSON.stringify({ payload: xml }), shape(method, 'xml'))).toBe(xml);
    });
  });

  it.each([
    ['GET', 'json'],
    ['GET', 'xml'],
    ['DELETE', 'json'],
    ['GET', 'form_encoded'],
    ['POST', 'form_encoded'],
    ['PUT', 'form_encoded'],
  ] as const)('%s with %s: encodes the pairs as a query', (method, format) => {
    const render = (payload: unknown) =>
      renderPayload(JSON.stringify({ payload }), shape(method, format));
    const pairs = [
      ['a', '1'],
      ['b c', 'd&e=f+g'],
      ['a', 'é😀'],
      ['', ''],
    ];
    expect(render(pairs)).toBe('a=1&b+c=d%26e%3Df%2Bg&a=%C3%A9%F0%9F%98%80&=');
    expect([...new URLSearchParams(render(pairs))]).toEqual(pairs);
    expect(render([])).toBe('');
  });

  it.each([
    ['', 'malformed'],
    ['{"payload":1', 'malformed'],
    ['{"payload":}', 'malformed'],
    ['{"payload":"\u0000"}', 'malformed'],
    [`{"payload":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, 'too_deep'],
    [`{"payload":${'['.repeat(100_000)}`, 'too_deep'],
  ])('rejects the body %.20j', (text, code) => {
    expect(rejected(text)).toEqual(['MalformedBody', 'body', code]);
  });

  it.each([
    ['null', 'body', 'wrong_type'],
    ['[]', 'body', 'wrong_type'],
    ['"x"', 'body', 'wrong_type'],
    ['{}', 'payload', 'required'],
    ['{"payload":1,"x":2}', 'x', 'unknown_field'],
    ['{"payload":1,"__proto__":{}}', '__proto__', 'unknown_field'],
    ['{"__proto__":{"payload":1}}', '__proto__', 'unknown_field'],
    ['{"payload":1,"payload":2}', 'payload', 'duplicate'],
  ])('rejects the envelope %s', (text, field, code) => {
    expect(rejected(text)).toEqual(['InvalidBody', field, code]);
  });

  it('does not read inherited keys of the envelope', () => {
    expect(rejected('{"toString":1}')).toEqual(['InvalidBody', 'toString', 'unknown_field']);
  });

  it.each([
    ['', 'invalid_format'],
    ['hello', 'invalid_format'],
    ['{"a":1', 'invalid_format'],
    ['"\u0000"', 'invalid_format'],
    ['"\ud800"', 'invalid_characters'],
    ['['.repeat(1e5), 'invalid_format'],
  ])('json: rejects the string %.20j', (payload, code) => {
    expect(rejected(JSON.stringify({ payload }))).toEqual(['InvalidBody', 'payload', code]);
  });

  it.each([1, null, {}, [], true])('xml: rejects %j', (payload) => {
    const text = JSON.stringify({ payload });
    expect(rejected(text, XML_POST)).toEqual(['InvalidBody', 'payload', 'wrong_type']);
  });

  it.each(['<a>\u0000</a>', '<a>\ud800</a>'])('xml: rejects %j', (payload) => {
    const text = JSON.stringify({ payload });
    expect(rejected(text, XML_POST)).toEqual(['InvalidBody', 'payload', 'invalid_characters']);
  });

  it.each([1, null, {}, 'a=b', { a: 'b' }])('pairs: rejects %j', (payload) => {
    const text = JSON.stringify({ payload });
    expect(rejected(text, QUERY)).toEqual(['InvalidBody', 'payload', 'wrong_type']);
  });

  it.each([[[]], [['a']], [['a', 1]], [[null, 'b']], [['a', 'b', 'c']], ['ab'], [{ a: 'b' }]])(
    'pairs: rejects the pair %j',
    (pair) => {
      const text = JSON.stringify({ payload: [['a', 'b'], pair] });
      expect(rejected(text, QUERY)).toEqual(['InvalidBody', 'payload[1]', 'wrong_type']);
    },
  );

  it('pairs: rejects U+0000 and lone surrogates', () => {
    for (const pair of ['[["a","\\ud800"]]', '[["\\u0000","b"]]']) {
      expect(rejected(`{"payload":${pair}}`, QUERY)).toEqual([
        'InvalidBody',
        'payload[0]',
        'invalid_characters',
      ]);
    }
  });
});
