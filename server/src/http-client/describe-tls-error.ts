/**
 * What OpenSSL's reasons mean to people who run an endpoint. An alert is what the other side sent;
 * the others are what this side found.
 */
const MEANINGS: readonly (readonly [RegExp, string])[] = [
  [/certificate required|no certificate/, 'the endpoint wants a client certificate'],
  [
    /alert unknown ca/,
    'the endpoint does not accept our client certificate: it does not know the issuer',
  ],
  [
    /alert certificate expired/,
    'the endpoint does not accept our client certificate: it has expired',
  ],
  [
    /alert certificate revoked/,
    'the endpoint does not accept our client certificate: it was revoked',
  ],
  [
    /alert bad certificate|alert unsupported certificate|alert certificate unknown|alert access denied/,
    'the endpoint does not accept our client certificate, or wants one',
  ],
  [
    /alert protocol version|unsupported protocol|unsupported ssl version|wrong ssl version/,
    'no version in common: TLS 1.2 or newer is needed',
  ],
  [
    /wrong version number|http request|packet length too long|record layer failure|unexpected message/,
    'the endpoint does not speak TLS on this port',
  ],
  [
    /handshake failure|no shared cipher|insufficient security|no ciphers available/,
    'the endpoint refused the handshake: no cipher in common, or it wants a client certificate',
  ],
  [/unrecognized name/, 'the endpoint does not know the name that it was asked for'],
  [/no application protocol/, 'the endpoint does not speak HTTP/1.1'],
  [/alert internal error/, 'the endpoint reports an internal error'],
  [
    /(dh|ee|ca) key too small|ca md too weak/,
    'the key or the signature of the certificate is too weak',
  ],
  [/unsafe legacy renegotiation/, 'the endpoint speaks TLS that is too old to be safe'],
  [/unexpected eof|close notify/, 'the endpoint ended the connection within TLS'],
  [
    /decrypt(ion failed| error)|bad record mac|bad decrypt/,
    'the endpoint sent a record that cannot be decrypted',
  ],
];

/**
 * "4067...:error:0A00045C:SSL routines:ssl3_read_bytes:REASON:../deps/...:1605:SSL alert number
 * 116".
 */
const OPENSSL = /error:[0-9A-F]+:[^:]*:[^:]*:([^:\n]+)/;

/**
 * An error of TLS in words. OpenSSL's own text has a thread number, a path and a line feed, and
 * names the alert by the version that introduced it ("sslv3 alert handshake failure"). A message
 * that is not OpenSSL's, such as one about a certificate, stays as it is.
 */
export function describeTlsError(message: string): string {
  const reason = OPENSSL.exec(message)?.[1]?.trim();
  if (reason === undefined) return message;
  const meaning = MEANINGS.find(([pattern]) => pattern.test(reason))?.[1];
  return meaning ?? `the handshake failed (${reason})`;
}
