import { expect, it } from 'vitest';
import { isProxyException } from './is-proxy-exception.ts';

const EXCEPTIONS = ['corp.example', 'intranet', '10.0.0.0/8', 'fd00::/8', '192.0.2.7/32'];

it.each([
  ['corp.example', true],
  ['CORP.example.', true],
  ['a.b.corp.example', true],
  ['intranet', true],
  ['10.1.2.3', true],
  ['192.0.2.7', true],
  ['[fd00::1]', true],
  ['[::ffff:10.0.0.1]', true],
  ['notcorp.example', false],
  ['corp.example.org', false],
  ['example', false],
  ['11.0.0.1', false],
  ['192.0.2.8', false],
  ['[2001:db8::1]', false],
])('%s is an exception: %s', (host, expected) => {
  expect(isProxyException(host, EXCEPTIONS)).toBe(expected);
  expect(isProxyException(host, [])).toBe(false);
});
