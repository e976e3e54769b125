import type { Hooktrail } from '@hooktrail/sdk/hooktrail';
import { CommandFailure } from '../failures/command-failure.ts';
import { EXIT } from '../failures/exit-codes.ts';
import { wireRow } from '../output/wire-row.ts';
import type { Context } from '../session/context.ts';
import type { ViewEntry, WebhookEntry, WebhookSecrets } from './configuration.ts';

/** A webhook as the server has it. */
export interface WebhookState extends WebhookEntry {
  readonly id: string;
  readonly secrets?: WebhookSecrets;
}

/** What the server has. */
export interface State {
  readonly account: { readonly profile: string };
  readonly keys: readonly string[];
  readonly webhooks: readonly WebhookState[];
  readonly views: readonly (ViewEntry & { readonly id: string })[];
}

/**
 * Reads what a configuration is about.
 *
 * @throws CommandFailure when two webhooks share a name, by which they could not be told apart
 */
export async function readState(
  context: Context,
  hooktrail: Hooktrail,
  withSecrets: boolean,
): Promise<State> {
  const { signal } = context;
  const { token } = await hooktrail.sessions.get({ signal });
  if (token.role === 'read' || token.role === 'publish') {
    throw new CommandFailure(`a token of role "${token.role}" sees endpoints masked`, {
      exitCode: EXIT.credentials,
      code: 'Forbidden',
      next: 'Use a token of role admin.',
    });
  }
  const webhooks: WebhookState[] = [];
  const names = new Set<string>();
  for await (const webhook of hooktrail.webhooks.list(
    { sort: 'name', pageSize: 100 },
    { signal },
  )) {
    if (names.has(webhook.name)) {
      throw new CommandFailure(`two webhooks have the name "${webhook.name}"`, {
        exitCode: EXIT.refused,
        code: 'AmbiguousName',
        next: 'A configuration finds webhooks by their names: rename one of them.',
      });
    }
    names.add(webhook.name);
    const { delivery } = wireRow(await hooktrail.webhooks.getDelivery(webhook.id, { signal }));
    const row = wireRow(webhook);
    webhooks.push({
      ...entryOf(row as unknown as WebhookEntry),
      id: webhook.id,
      delivery: delivery as Record<string, unknown>,
      ...(withSecrets && {
        secrets: {
          signing_secret: (await hooktrail.webhooks.getSigningSecret(webhook.id, { signal }))
            .secret,
          ...(webhook.customHeaders && { custom_headers: webhook.customHeaders }),
        },
      }),
    });
  }
  const account = await hooktrail.account.get({ signal });
  const keys = await hooktrail.account.keys({ signal });
  const views = await hooktrail.views.list({ signal });
  return {
    account: { profile: account.profile },
    keys: keys.map(({ key }) => key),
    webhooks,
    views: views.map(({ id, name, screen, search, columns }) => ({
      id,
      name,
      screen,
      search,
      columns,
    })),
  };
}

/** The fields of a webhook that people choose. */
function entryOf(row: WebhookEntry): WebhookEntry {
  const { name, endpoint, http_method, request_format, status, description } = row;
  const { subscriptions, authentication } = row;
  return {
    ...({ name, endpoint, http_method, request_format, status } as WebhookEntry),
    ...(description !== undefined && { description }),
    ...(subscriptions !== undefined && { subscriptions: [...subscriptions].sort() }),
    ...(authentication !== undefined && { authentication }),
  };
}
