import { X509Certificate } from 'node:crypto';
import type { ClientCertificate } from '../../model/webhook.ts';
import { pemBlocks } from '../../secrets/pem-blocks.ts';

/** When a certificate holds. */
export interface CertificateSpan {
  readonly startsAtMs: number;
  readonly endsAtMs: number;
}

// Reading one takes 0.1 ms, and a changed one is a new object.
const spans = new WeakMap<ClientCertificate, CertificateSpan>();

/** When a client certificate holds: it, or the one that signed it, whichever ends first. */
export function certificateSpan(client: ClientCertificate): CertificateSpan {
  let span = spans.get(client);
  if (span === undefined) {
    const [own, signer] = pemBlocks(client.certificate).map(({ text }) => spanOf(text));
    span =
      signer !== undefined && signer.endsAtMs < (own as CertificateSpan).endsAtMs ? signer : own;
    spans.set(client, span as CertificateSpan);
  }
  return span as CertificateSpan;
}

function spanOf(pem: string): CertificateSpan {
  const { validFrom, validTo } = new X509Certificate(pem);
  return { startsAtMs: Date.parse(validFrom), endsAtMs: Date.parse(validTo) };
}
