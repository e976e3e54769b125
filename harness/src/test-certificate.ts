import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

/** A certificate and its key in PEM, as `node:tls` takes them. */
export interface TestCertificate {
  readonly cert: string;
  readonly key: string;
}

/** A certificate that can sign others. */
export interface TestAuthority extends TestCertificate {
  readonly name: string;
  readonly privateKey: KeyObject;
}

interface Options {
  /** DNS names and IPv4 addresses that it is for. */
  readonly names: readonly string[];
  /** Signs it; it signs itself by default. */
  readonly issuer?: TestAuthority;
  readonly from?: Date;
  readonly until?: Date;
}

const DAY_MS = 24 * 60 * 60 * 1_000;

/*
 * Certificates are made when a test runs, without openssl, which is not installed everywhere. In
 * the repository they would expire, and scanners would find their private keys.
 */

/** Encodes a value in DER: tag, length, content. */
function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  if (length < 128) return Buffer.concat([Buffer.from([tag, length]), content]);
  return Buffer.concat([Buffer.from([tag, 0x82, length >> 8, length & 0xff]), content]);
}

const sequence = (...parts: readonly Uint8Array[]) => der(0x30, ...parts);
const oid = (hex: string) => der(0x06, Buffer.from(hex, 'hex'));
const bits = (bytes: Uint8Array) => der(0x03, Buffer.from([0]), bytes);
const octets = (bytes: Uint8Array) => der(0x04, bytes);
const YES = der(0x01, Buffer.from([0xff]));

const ECDSA_WITH_SHA256 = sequence(oid('2a8648ce3d040302'));
const COMMON_NAME = '550403';
const BASIC_CONSTRAINTS = '551d13';
const SUBJECT_ALT_NAME = '551d11';

function nameOf(text: string): Buffer {
  return sequence(der(0x31, sequence(oid(COMMON_NAME), der(0x0c, Buffer.from(text)))));
}

/** GeneralizedTime: unlike UTCTime it has years of four digits. */
function time(date: Date): Buffer {
  const digits = date.toISOString().replace(/\D/g, '').slice(0, 14);
  return der(0x18, Buffer.from(`${digits}Z`));
}

function altName(name: string): Buffer {
  if (/^[\d.]+$/.test(name)) return der(0x87, Buffer.from(name.split('.').map(Number)));
  return der(0x82, Buffer.from(name));
}

function make(subject: string, extensions: readonly Buffer[], options: Omit<Options, 'names'>) {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const {
    issuer,
    from = new Date(Date.now() - DAY_MS),
    until = new Date(Date.now() + DAY_MS),
  } = options;
  const toBeSigned = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ECDSA_WITH_SHA256,
    nameOf(issuer?.name ?? subject),
    sequence(time(from), time(until)),
    nameOf(subject),
    publicKey.export({ format: 'der', type: 'spki' }),
    der(0xa3, sequence(...extensions)),
  );
  const signature = sign('sha256', toBeSigned, issuer?.privateKey ?? privateKey);
  const whole = sequence(toBeSigned, ECDSA_WITH_SHA256, bits(signature)).toString('base64');
  const lines = whole.match(/.{1,64}/g) ?? [];
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ format: 'pem', type: 'pkcs8' }) as string,
    privateKey,
  };
}

/** Makes a certificate for a server. */
export function testCertificate({ names, ...options }: Options): TestCertificate {
  const alt = sequence(oid(SUBJECT_ALT_NAME), octets(sequence(...names.map(altName))));
  const { cert, key } = make(names[0] ?? 'nobody', [alt], options);
  return { cert, key };
}

/** Makes an authority that signs certificates; it signs itself by default. */
export function testAuthority(
  name: string,
  issuer?: TestAuthority,
  span: Pick<Options, 'from' | 'until'> = {},
): TestAuthority {
  const constraints = sequence(oid(BASIC_CONSTRAINTS), YES, octets(sequence(YES)));
  return { name, ...make(name, [constraints], { ...span, ...(issuer && { issuer }) }) };
}
