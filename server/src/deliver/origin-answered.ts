import type { Runner } from '../database/database.ts';
import { anyAnswered } from '../sql/any-answered.ts';

/** Webhooks that one look reads: the latest invocations of each. */
const LOOKED_AT = 100;

/**
 * Whether an origin answered one of the latest deliveries of some webhooks of an account: of the first 100. Certificates
 * are kept by origin, for all accounts, as connections are: who names an endpoint must not learn where others deliver.
 */
export async function originAnswered(
  database: Runner,
  origin: string,
  webhookIds: readonly string[],
): Promise<boolean> {
  const webhooks = webhookIds.slice(0, LOOKED_AT);
  const [found] = await database.run(anyAnswered, { webhooks, origin });
  return found?.answered === true;
}
