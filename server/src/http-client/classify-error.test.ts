import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ERROR_CLASSES } from '../model/error-class.ts';
import { classifyError } from './classify-error.ts';

const withCode = (code: string, message = 'it says') => Object.assign(new Error(message), { code });

describe('classifyError', () => {
  it.each([
    ['STALE_CONNECTION', 'stale connection', 'stale connection'],
    ['EMFILE', 'node exhausted', 'node exhausted'],
    ['ENFILE', 'node exhausted', 'node exhausted'],
    ['ENOBUFS', 'node exhausted', 'node exhausted'],
    ['ENOMEM', 'node exhausted', 'node exhausted'],
    ['CLIENT_STOPPED', 'node stopping', 'node stopping'],
    ['PROXY_UNUSABLE', 'proxy unusable', 'proxy unusable'],
    ['PROXY_REFUSED', 'proxy', 'network'],
    ['ADDRESS_REFUSED', 'address refused'],
    ['DNS_ENOTFOUND', 'dns', 'network'],
    ['DNS_ECONNREFUSED', 'dns', 'network'],
    ['DNS_ETIMEOUT', 'dns', 'network'],
    ['ECONNREFUSED', 'connection refused'],
    ['EHOSTUNREACH', 'unreachable', 'network'],
    ['ENETUNREACH', 'unreachable', 'network'],
    ['CERT_HAS_EXPIRED', 'tls certificate expired'],
    ['CERT_NOT_YET_VALID', 'tls certificate not yet valid'],
    ['CERT_REVOKED', 'tls'],
    ['INVALID_CA', 'tls'],
    ['INVALID_PURPOSE', 'tls'],
    ['PATH_LENGTH_EXCEEDED', 'tls'],
    ['ERROR_IN_CERT_NOT_AFTER_FIELD', 'tls'],
    ['ERR_OSSL_ASN1_NOT_ENOUGH_DATA', 'tls'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls self-signed certificate'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'tls unknown issuer'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls unknown issuer'],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'tls unknown issuer'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls name mismatch'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls'],
    ['EPROTO', 'tls'],
    ['MALFORMED_ANSWER', 'malformed answer'],
    ['ECONNRESET', 'connection closed'],
    ['EPIPE', 'connection closed'],
    ['CONNECTION_CLOSED', 'connection closed'],
    ['EWHATEVER', 'failed'],
  ] as [string, string, string?][])('calls %s %s', (code, name, fault = 'endpoint') => {
    expect(classifyError(withCode(code))).toEqual({
      status: 'failed',
      fault,
      errorClass: name,
      message: `${name}: it says`,
    });
  });

  it('calls ETIMEDOUT a timeout', () => {
    expect(classifyError(withCode('ETIMEDOUT'))).toMatchObject({
      status: 'timeout',
      fault: 'network',
      errorClass: 'timeout',
      message: expect.stringMatching(/^timeout: /),
    });
  });

  it('tells ports that are used up from a machine without IPv6', () => {
    const at = (address: string) =>
      Object.assign(withCode('EADDRNOTAVAIL', `connect EADDRNOTAVAIL ${address}`), { address });
    const ports = { status: 'failed', fault: 'ports exhausted' };
    const unreachable = { status: 'failed', fault: 'network' };
    expect(classifyError(at('192.0.2.1'))).toMatchObject(ports);
    expect(classifyError(at('2001:db8::1'))).toMatchObject(unreachable);
    expect(classifyError(withCode('EADDRNOTAVAIL'))).toMatchObject(unreachable);
    const both = new AggregateError([at('2001:db8::1'), at('192.0.2.1')]);
    expect(classifyError(both)).toEqual({
      ...ports,
      errorClass: 'node exhausted',
      message: 'node exhausted: connect EADDRNOTAVAIL 192.0.2.1',
    });
  });

  it('is one line, without control characters', () => {
    const { message } = classifyError(withCode('EWHATEVER', 'one\r\ntwo\u0000\tthree\n'));
    expect(message).toBe('failed: one two three');
  });

  it('looks into causes and into the first of several errors', () => {
    const inner = withCode('ECONNREFUSED', 'connect ECONNREFUSED 1.2.3.4:80');
    const outer = new TypeError('fetch failed', { cause: inner });
    const expected = 'connection refused: connect ECONNREFUSED 1.2.3.4:80';
    expect(classifyError(outer).message).toBe(expected);
    expect(classifyError(new AggregateError([inner, withCode('EPIPE')])).message).toBe(expected);
    expect(classifyError(new AggregateError([])).status).toBe('failed');
  });

  it('truncates a message that the endpoint makes long', () => {
    const { message } = classifyError(withCode('EPROTO', 'x'.repeat(100_000)));
    expect(message).toBe(`tls: ${'x'.repeat(1_000)}...`);
  });

  it('has exactly the classes that the documentation lists', () => {
    const page = readFileSync(new URL('../../../docs/attempts.md', import.meta.url), 'utf8');
    const table = page.slice(page.indexOf('## Classes'));
    const listed = [...table.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name);
    expect(listed.sort()).toEqual([...ERROR_CLASSES].sort());
    const codes = {
      'node exhausted': 'EMFILE',
      'proxy unusable': 'PROXY_UNUSABLE',
      'stale connection': 'STALE_CONNECTION',
    };
    for (const [, name, fault] of table.matchAll(/^\| `([^`]+)` \|[^|]*\| (\w+) \|/gm)) {
      const code = codes[name as keyof typeof codes];
      const isOurs = code !== undefined || name === 'node stopping';
      expect([name, fault === 'ours']).toEqual([name, isOurs]);
    }
  });

  it.each([undefined, null, 'text', 42, {}, new Error('')])('accepts %s', (thrown) => {
    const { status, message } = classifyError(thrown);
    expect(status).toBe('failed');
    expect(message).toMatch(/^failed: ./);
  });
});
