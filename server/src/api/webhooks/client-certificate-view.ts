import { X509Certificate } from 'node:crypto';
import type { ClientCertificate } from '../../model/webhook.ts';
import { pemBlocks } from '../../secrets/pem-blocks.ts';
import type { ClientCertificateView } from './client-certificate-schema.ts';

/** What is shown of a client certificate: neither PEM text. */
export function clientCertificateView({ certificate }: ClientCertificate): ClientCertificateView {
  const first = new X509Certificate(certificate);
  return {
    subject: oneLine(first.subject),
    issuer: oneLine(first.issuer),
    serial_number: first.serialNumber,
    fingerprint_sha256: first.fingerprint256,
    valid_from: new Date(first.validFrom).toISOString(),
    valid_until: new Date(first.validTo).toISOString(),
    chain_length: pemBlocks(certificate).length,
  };
}

/** Node writes one part of a name a line; a certificate may have no subject. */
function oneLine(name: string | undefined): string {
  return (name ?? '').split('\n').join(', ');
}
