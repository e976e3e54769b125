import { describe, expect, it } from 'vitest';
import type { HttpRequest } from './http-request.ts';
import { requestHead } from './request-head.ts';

const request = (values: Partial<HttpRequest> = {}): HttpRequest => ({
  origin: 'http://a.test:81',
  path: '/hook?a=1',
  method: 'POST',
  headers: ['Content-Type', 'application/json', 'X-A', 'caf\u00e9'],
  body: Buffer.from('{"\u00e9":1}'),
  ...values,
});

describe('requestHead', () => {
  it('states host, headers in their order, and the length of the body in bytes', () => {
    expect(requestHead(request(), 'a.test:81')).toBe(
      'POST /hook?a=1 HTTP/1.1\r\nHost: a.test:81\r\nConnection: keep-alive\r\n' +
        'Content-Type: application/json\r\nX-A: caf\u00e9\r\nContent-Length: 8\r\n\r\n',
    );
  });

  it('omits the length where there is no body, and states 0 where it is empty', () => {
    const bare = requestHead(request({ method: 'GET', headers: [], body: undefined }), 'a.test');
    expect(bare).toBe('GET /hook?a=1 HTTP/1.1\r\nHost: a.test\r\nConnection: keep-alive\r\n\r\n');
    expect(requestHead(request({ body: Buffer.alloc(0) }), 'a')).toContain('Content-Length: 0\r\n');
  });

  it.each<[string, Partial<HttpRequest>]>([
    ['the method "PO ST"', { method: 'PO ST' }],
    ['the method "POST\\r\\n"', { method: 'POST\r\n' }],
    ['the path "/a b"', { path: '/a b' }],
    ['the path "/\\n"', { path: '/\n' }],
    ['the path "/\u4e16"', { path: '/\u4e16' }],
    ['the path ""', { path: '' }],
    ['the header "X"', { headers: ['X', 'a\r\nY: b'] }],
    ['the header "X"', { headers: ['X', 'a\n'] }],
    ['the header "X"', { headers: ['X', '\u0000'] }],
    ['the header "X"', { headers: ['X', '\u4e16'] }],
    ['the header "X Y"', { headers: ['X Y', 'a'] }],
    ['the header "X:"', { headers: ['X:', 'a'] }],
    ['the header ""', { headers: ['', 'a'] }],
  ])('refuses %s', (part, values) => {
    expect(() => requestHead(request(values), 'a')).toThrow(`cannot send a request with ${part}`);
  });
});
