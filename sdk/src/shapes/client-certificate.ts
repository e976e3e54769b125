import { asIs } from '../codec/as-is.ts';
import { model } from '../codec/model.ts';
import { time } from '../codec/time.ts';
import type { ClientCertificate, ClientCertificateInput } from '../models/client-certificate.ts';

/** A client certificate in a request. */
export const clientCertificateInput = model<ClientCertificateInput>({
  certificate: asIs,
  privateKey: asIs,
});

/** A client certificate in an answer. */
export const clientCertificate = model<ClientCertificate>({
  subject: asIs,
  issuer: asIs,
  serialNumber: asIs,
  fingerprintSha256: asIs,
  validFrom: time,
  validUntil: time,
  chainLength: asIs,
});
