import { originAnswered } from '../../deliver/origin-answered.ts';
import type { Webhook } from '../../model/webhook.ts';
import {
  type EndpointCertificateRow,
  readEndpointCertificate,
} from '../../sql/read-endpoint-certificate.ts';
import type { Services } from '../services/services.ts';

/** Webhooks of an account at one origin that are looked at. */
const LOOKED_AT = 100;

/** The certificate that the endpoint of a webhook showed last, if it answered deliveries of the webhook's account. */
export async function seenCertificate(
  { database, directory }: Pick<Services, 'database' | 'directory'>,
  webhook: Webhook,
): Promise<EndpointCertificateRow | undefined> {
  const { origin } = new URL(webhook.endpoint);
  const [certificate] = await database.run(readEndpointCertificate, origin);
  if (certificate === undefined) return undefined;
  const ids = [webhook.id];
  for (const other of directory.webhooks()) {
    if (ids.length >= LOOKED_AT) break;
    const isOfAccount = other.accountId === webhook.accountId && other.id !== webhook.id;
    // The first comparison spares reading thousands of other URLs.
    if (isOfAccount && other.endpoint.startsWith(origin) && originOf(other) === origin) {
      ids.push(other.id);
    }
  }
  return (await originAnswered(database, origin, ids)) ? certificate : undefined;
}

const originOf = ({ endpoint }: Webhook) => new URL(endpoint).origin;
