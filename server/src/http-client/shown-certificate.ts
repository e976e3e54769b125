import type { PeerCertificate, TLSSocket } from 'node:tls';

/** When the certificate of an endpoint ends, with that of who signed it. */
export interface ShownCertificate {
  /** SHA-256 of the endpoint's own, in hexadecimal digits with colons. */
  readonly fingerprint: string;
  /** Of the one that ends first: the endpoint's own, or the one that signed it. */
  readonly subject: string;
  readonly issuer: string;
  readonly startsAtMs: number;
  readonly endsAtMs: number;
}

/** The endpoint writes its names, and PostgreSQL takes no U+0000. */
const MOST_CHARACTERS = 200;

/**
 * What an endpoint showed in a handshake that succeeded. Undefined: it resumed a session, and showed nothing.
 *
 * Certificates higher up do not count: servers send cross-signed ones, which may end although all clients have
 * another way to an authority that they trust.
 */
export function shownCertificate(socket: TLSSocket): ShownCertificate | undefined {
  // It takes 0.4 ms: Node reads every field of the chain.
  const own = socket.getPeerCertificate(true);
  if (own?.fingerprint256 === undefined) return undefined;
  const signer = own.issuerCertificate as PeerCertificate | undefined;
  const first = signer !== undefined && !(endOf(signer) >= endOf(own)) ? signer : own;
  const endsAtMs = endOf(first);
  const startsAtMs = Date.parse(first.valid_from);
  if (Number.isNaN(endsAtMs) || Number.isNaN(startsAtMs)) return undefined;
  return {
    fingerprint: own.fingerprint256,
    subject: nameOf(first.subject),
    issuer: nameOf(first.issuer),
    startsAtMs,
    endsAtMs,
  };
}

const endOf = (certificate: PeerCertificate): number => Date.parse(certificate.valid_to);

function nameOf(name: PeerCertificate['subject'] | undefined): string {
  return (
    Object.entries(name ?? {})
      .flatMap(([key, value]) => [value].flat().map((one) => `${key}=${one}`))
      .join(', ')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what must not get in
      .replace(/[\u0000-\u001f\u007f]/g, '\uFFFD')
      .slice(0, MOST_CHARACTERS)
  );
}
