import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { classifyError, ERROR_CLASSES } from './classify-error.ts';

const withCode = (code: string, message = 'it says') => Object.assign(new Error(message), { code });

describe('classifyError', () => {
  it.each([
    ['ADDRESS_REFUSED', 'address refused'],
    ['DNS_ENOTFOUND', 'dns'],
    ['DNS_ECONNREFUSED', 'dns'],
    ['DNS_ETIMEOUT', 'dns'],
    ['ECONNREFUSED', 'connection refused'],
    ['EHOSTUNREACH', 'unreachable'],
    ['ENETUNREACH', 'unreachable'],
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
  ])('calls %s %s', (code, name) => {
    expect(classifyError(withCode(code))).toEqual({
      status: 'failed',
      message: `${name}: it says`,
    });
  });

  it('calls ETIMEDOUT a timeout', () => {
    expect(classifyError(withCode('ETIMEDOUT'))).toMatchObject({
      status: 'timeout',
      message: expect.stringMatching(/^timeout: /),
    });
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
  });

  it.each([undefined, null, 'text', 42, {}, new Error('')])('accepts %s', (thrown) => {
    const { status, message } = classifyError(thrown);
    expect(status).toBe('failed');
    expect(message).toMatch(/^failed: ./);
  });
});
