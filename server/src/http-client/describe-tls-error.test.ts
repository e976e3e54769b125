import { describe, expect, it } from 'vitest';
import { describeTlsError } from './describe-tls-error.ts';

/** As OpenSSL 3 and Node say it. */
const of = (reason: string, alert = '') =>
  `write EPROTO 40D7A8C5F87F0000:error:0A000410:SSL routines:ssl3_read_bytes:${reason}:../deps/openssl/openssl/ssl/record/rec_layer_s3.c:1605:${alert}\n`;

describe('describeTlsError', () => {
  it.each([
    ['tlsv13 alert certificate required', 'the endpoint wants a client certificate'],
    ['sslv3 alert no certificate', 'the endpoint wants a client certificate'],
    [
      'sslv3 alert bad certificate',
      'the endpoint does not accept our client certificate, or wants one',
    ],
    [
      'tlsv1 alert unknown ca',
      'the endpoint does not accept our client certificate: it does not know the issuer',
    ],
    [
      'sslv3 alert certificate expired',
      'the endpoint does not accept our client certificate: it has expired',
    ],
    [
      'sslv3 alert certificate revoked',
      'the endpoint does not accept our client certificate: it was revoked',
    ],
    [
      'sslv3 alert handshake failure',
      'the endpoint refused the handshake: no cipher in common, or it wants a client certificate',
    ],
    ['tlsv1 alert protocol version', 'no version in common: TLS 1.2 or newer is needed'],
    ['unsupported protocol', 'no version in common: TLS 1.2 or newer is needed'],
    ['wrong version number', 'the endpoint does not speak TLS on this port'],
    ['packet length too long', 'the endpoint does not speak TLS on this port'],
    ['tlsv1 unrecognized name', 'the endpoint does not know the name that it was asked for'],
    ['tlsv1 alert internal error', 'the endpoint reports an internal error'],
    ['ee key too small', 'the key or the signature of the certificate is too weak'],
    ['something new', 'the handshake failed (something new)'],
  ])('says what "%s" means', (reason, meaning) => {
    expect(describeTlsError(of(reason, 'SSL alert number 40'))).toBe(meaning);
  });

  it.each(['certificate has expired', "Hostname/IP does not match certificate's altnames: x", ''])(
    'leaves %j as it is',
    (message) => {
      expect(describeTlsError(message)).toBe(message);
    },
  );
});
