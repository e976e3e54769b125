import type { DeliveryRules, Hooktrail } from '@hooktrail/sdk/hooktrail';
import { usageFailure } from '../failures/usage-failure.ts';
import type { Change } from './plan-changes.ts';

/** What a webhook has unless the file says otherwise. */
const DEFAULTS = { http_method: 'POST', request_format: 'json', status: 'active' };

/** Makes one change. The names of the API pass the SDK unchanged. */
export async function applyChange(
  hooktrail: Hooktrail,
  change: Change,
  signal: AbortSignal,
): Promise<void> {
  const { kind, action, id, profile, keys, view } = change;
  if (kind === 'account') await hooktrail.account.update({ profile }, { signal });
  else if (kind === 'keys') await hooktrail.account.replaceKeys(keys ?? [], { signal });
  else if (kind === 'webhook') await applyWebhook(hooktrail, change, signal);
  else if (action === 'delete') await hooktrail.views.delete(id as string, { signal });
  else if (view !== undefined) {
    if (id === undefined) await hooktrail.views.create(view, { signal });
    else await hooktrail.views.replace(id, view, { signal });
  }
}

async function applyWebhook(
  hooktrail: Hooktrail,
  { action, id: known, webhook, secrets, fields }: Change,
  signal: AbortSignal,
): Promise<void> {
  if (action === 'delete') return await hooktrail.webhooks.delete(known as string, { signal });
  const changed = (field: string): boolean => fields.some((one) => one.field === field);
  const { delivery, authentication, ...own } = webhook ?? { name: '' };
  const body = {
    ...own,
    ...(changed('authentication') && { authentication }),
    // null removes those that the file does not have.
    ...(changed('custom_headers') && { custom_headers: secrets?.custom_headers ?? null }),
  };
  const setRules = async (of: string): Promise<void> => {
    if (delivery === undefined || !changed('delivery')) return;
    await hooktrail.webhooks.updateDelivery(of, delivery as DeliveryRules, { signal });
  };
  // CloudEvents need POST with JSON: the settings change before this rule comes, and after it went.
  const isPlain = (delivery?.['cloudevents'] ?? null) === null;
  let id = known;
  if (id === undefined) {
    if (own.endpoint === undefined)
      throw usageFailure(`the webhook "${own.name}" needs an endpoint`);
    ({ id } = await hooktrail.webhooks.create({ ...DEFAULTS, ...body } as never, { signal }));
  } else {
    if (isPlain) await setRules(id);
    await hooktrail.webhooks.patch(id, body as never, { signal });
  }
  if (known === undefined || !isPlain) await setRules(id);
  if (secrets !== undefined && changed('signing_secret')) {
    await hooktrail.webhooks.resetSigningSecret(id, { secret: secrets.signing_secret, signal });
  }
}
