import { parseUrl } from '../../model/parse-url.ts';
import type { Webhook } from '../../model/webhook.ts';
import { isOtherOrigin } from '../../secrets/is-other-origin.ts';
import { auditedWebhook } from './audited-webhook.ts';
import type { Audited } from './changes-between.ts';

/**
 * A webhook before and after a change, for the audit. A changed origin is a field of its own: whoever
 * changes it sends everything somewhere else, the stored credentials too.
 */
export function auditedChange(
  before: Webhook | undefined,
  after: Webhook | undefined,
): { readonly before?: Audited; readonly after?: Audited } {
  const moved =
    before !== undefined && after !== undefined && isOtherOrigin(after.endpoint, before.endpoint);
  const audited = (webhook: Webhook): Audited => ({
    ...auditedWebhook(webhook),
    ...(moved && { 'endpoint origin': parseUrl(webhook.endpoint)?.origin }),
  });
  return {
    ...(before && { before: audited(before) }),
    ...(after && { after: audited(after) }),
  };
}
