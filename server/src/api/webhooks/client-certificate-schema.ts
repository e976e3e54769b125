import { type Static, Type } from 'typebox';
import { CLOSED } from '../schema/closed.ts';
import { Time } from '../schema/time.ts';

/** The body of a PUT of a client certificate. */
export const ClientCertificateInputBody = Type.Object(
  {
    client_certificate: Type.Object(
      {
        certificate: Type.String({
          minLength: 1,
          // A chain of ten certificates of 1.5 KB.
          maxLength: 16_384,
          writeOnly: true,
          description:
            'PEM: the certificate of the webhook, then those that lead to its authority, at most 10.',
        }),
        private_key: Type.String({
          minLength: 1,
          // RSA with 4,096 bits takes 3.3 KB.
          maxLength: 8_192,
          writeOnly: true,
          description: 'PEM: the key of the first certificate, not encrypted. Never shown again.',
        }),
      },
      { ...CLOSED, title: 'ClientCertificateInput' },
    ),
  },
  CLOSED,
);

/** A value of `client_certificate` that passed the schema. */
export type ClientCertificateInput = Static<
  typeof ClientCertificateInputBody
>['client_certificate'];

/** What is shown of a client certificate. */
export const ClientCertificateBody = Type.Object(
  {
    client_certificate: Type.Object(
      {
        subject: Type.String({ description: 'Whose it is, such as `CN=hooks, O=Example`.' }),
        issuer: Type.String({ description: 'Who signed it.' }),
        serial_number: Type.String({ description: 'In hexadecimal digits.' }),
        fingerprint_sha256: Type.String({
          description: 'As `openssl x509 -fingerprint -sha256` prints it.',
        }),
        valid_from: Time,
        valid_until: Time,
        chain_length: Type.Integer({ description: 'The number of certificates that are sent.' }),
      },
      CLOSED,
    ),
  },
  { ...CLOSED, description: 'The client certificate, without its private key.' },
);

/** What is shown of a client certificate. */
export type ClientCertificateView = Static<typeof ClientCertificateBody>['client_certificate'];
