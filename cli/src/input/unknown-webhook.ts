import type { CallOptions, Zendesk } from '@hooktrail/sdk';
import { nearestName } from '../failures/nearest-name.ts';

/** More names than this are not compared for a hint. */
const MOST_NAMES = 1_000;

/** Says that no webhook has a name, and which one has nearly this. */
export async function unknownWebhook(
  client: Zendesk,
  text: string,
  options?: CallOptions,
): Promise<string> {
  const all = await client.webhooks.list({ pageSize: 100 }, options).all({ limit: MOST_NAMES });
  const near = nearestName(
    text,
    all.map(({ name }) => name),
  );
  return `no webhook has the name "${text}"${near === undefined ? '' : `; did you mean "${near}"?`}`;
}
