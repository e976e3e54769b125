import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import type { ClientCertificate } from '../../model/webhook.ts';
import { type PemBlock, pemBlocks } from '../../secrets/pem-blocks.ts';
import { FieldErrors } from '../errors/field-errors.ts';
import type { ClientCertificateInput } from './client-certificate-schema.ts';

const CERTIFICATE = 'client_certificate.certificate';
const PRIVATE_KEY = 'client_certificate.private_key';

/** A chain has two to four. */
const MOST_CERTIFICATES = 10;

const CURVES = ['prime256v1', 'secp384r1', 'secp521r1'];

/**
 * One signature is made for each handshake, on the thread of all deliveries: 0.9 ms with 2,048 bits,
 * 17 ms with 4,096, 108 ms with 8,192 (2 busy cores). OpenSSL refuses less than 2,048.
 */
const RSA_BITS = { least: 2_048, most: 4_096 };

/**
 * Reads a client certificate and its key, and checks that TLS can use them. Both are kept in one
 * form: attributes and comments around the PEM blocks are dropped.
 *
 * @throws ApiError `InvalidBody` with every error; none of them quotes a PEM text.
 */
export function readClientCertificate(
  input: ClientCertificateInput,
  nowMs: number,
): ClientCertificate {
  const errors = new FieldErrors();
  const chain = readChain(input.certificate, nowMs, errors);
  const key = readKey(input.private_key, errors);
  if (chain !== undefined && key !== undefined) checkPair(chain, key, errors);
  errors.throwIfAny();
  const checked = {
    // Complete: whatever is missing is an error, and throwIfAny has thrown.
    certificate: (chain as X509Certificate[]).map(String).join(''),
    privateKey: (key as KeyObject).export({ format: 'pem', type: 'pkcs8' }) as string,
  };
  try {
    createSecureContext({ cert: checked.certificate, key: checked.privateKey });
  } catch (error) {
    // Such as "ca md too weak": OpenSSL's reasons hold nothing of what they are about.
    const reason = (error as { reason?: string }).reason ?? 'OpenSSL does not accept it';
    errors.add(CERTIFICATE, 'not_allowed', `cannot be used for TLS: ${reason}`);
  }
  errors.throwIfAny();
  return checked;
}

function readChain(
  text: string,
  nowMs: number,
  errors: FieldErrors,
): X509Certificate[] | undefined {
  const blocks = pemBlocks(text);
  if (blocks.some(({ label }) => label.endsWith('PRIVATE KEY'))) {
    errors.add(CERTIFICATE, 'not_allowed', 'must have no private key: that goes into private_key');
    return undefined;
  }
  if (blocks.length === 0 || blocks.some(({ label }) => label !== 'CERTIFICATE')) {
    errors.add(
      CERTIFICATE,
      'invalid_format',
      'must be certificates in PEM: blocks that begin with -----BEGIN CERTIFICATE-----, and no others',
    );
    return undefined;
  }
  if (blocks.length > MOST_CERTIFICATES) {
    const rule = `must have at most ${MOST_CERTIFICATES} certificates, got ${blocks.length}`;
    errors.add(CERTIFICATE, 'too_many', rule);
    return undefined;
  }
  return readCertificates(blocks, nowMs, errors);
}

function readCertificates(
  blocks: readonly PemBlock[],
  nowMs: number,
  errors: FieldErrors,
): X509Certificate[] | undefined {
  const chain: X509Certificate[] = [];
  for (const [index, { text }] of blocks.entries()) {
    const which = blocks.length === 1 ? '' : `: number ${index + 1} of ${blocks.length}`;
    let certificate: X509Certificate;
    try {
      certificate = new X509Certificate(text);
    } catch {
      errors.add(CERTIFICATE, 'malformed', `must be certificates that can be read${which}`);
      return undefined;
    }
    const until = new Date(certificate.validTo);
    if (until.getTime() <= nowMs) {
      const when = `it was valid until ${until.toISOString()}`;
      errors.add(CERTIFICATE, 'out_of_range', `must not have expired: ${when}${which}`);
    }
    chain.push(certificate);
  }
  return chain;
}

function readKey(text: string, errors: FieldErrors): KeyObject | undefined {
  const keys = pemBlocks(text).filter(({ label }) => label.endsWith('PRIVATE KEY'));
  const [block] = keys;
  if (block === undefined || keys.length > 1) {
    const rule = 'must be one private key in PEM, such as -----BEGIN PRIVATE KEY-----';
    errors.add(PRIVATE_KEY, 'invalid_format', rule);
    return undefined;
  }
  // No passphrase is taken: the key's author chooses how many million rounds it takes to try one.
  if (block.label === 'ENCRYPTED PRIVATE KEY' || /^Proc-Type:.*ENCRYPTED/m.test(block.text)) {
    const advice = 'decrypt it with: openssl pkey -in key.pem -out plain.pem';
    errors.add(PRIVATE_KEY, 'not_allowed', `must not be encrypted: ${advice}`);
    return undefined;
  }
  let key: KeyObject;
  try {
    key = createPrivateKey(block.text);
  } catch {
    const rule = 'must be a private key that can be read, in PKCS#8, PKCS#1 or SEC 1';
    errors.add(PRIVATE_KEY, 'malformed', rule);
    return undefined;
  }
  const rule = ruleAgainst(key);
  if (rule === undefined) return key;
  errors.add(PRIVATE_KEY, 'not_allowed', rule);
  return undefined;
}

/** The rule that a key breaks. */
function ruleAgainst(key: KeyObject): string | undefined {
  const { modulusLength = 0, namedCurve = 'no named curve' } = key.asymmetricKeyDetails ?? {};
  switch (key.asymmetricKeyType) {
    case 'rsa':
    case 'rsa-pss': {
      const { least, most } = RSA_BITS;
      if (modulusLength >= least && modulusLength <= most) return undefined;
      return `must have ${least} to ${most} bits for RSA, got ${modulusLength}`;
    }
    case 'ec':
      if (CURVES.includes(namedCurve)) return undefined;
      return `must be on one of the curves ${CURVES.join(', ')}, got ${namedCurve}`;
    case 'ed25519':
      return undefined;
    default:
      return `must be for RSA, ECDSA or Ed25519, got ${key.asymmetricKeyType ?? 'an unknown kind'}`;
  }
}

function checkPair(chain: readonly X509Certificate[], key: KeyObject, errors: FieldErrors): void {
  const index = chain.findIndex((certificate) => certificate.checkPrivateKey(key));
  if (index === 0) return;
  if (index < 0) {
    errors.add(PRIVATE_KEY, 'conflict', 'must be the key of the first certificate');
  } else {
    const which = `which is number ${index + 1} of ${chain.length}`;
    errors.add(CERTIFICATE, 'conflict', `must begin with the certificate of private_key, ${which}`);
  }
}
