import { isDeepStrictEqual } from 'node:util';
import type { Configuration, ViewEntry, WebhookEntry, WebhookSecrets } from './configuration.ts';
import type { State } from './read-state.ts';
import type { Secrets } from './seal-secrets.ts';

/** A field that changes; a secret one has no values. */
export interface FieldChange {
  readonly field: string;
  readonly from?: unknown;
  readonly to?: unknown;
}

/** One change of one thing. */
export interface Change {
  readonly action: 'create' | 'update' | 'delete';
  readonly kind: 'account' | 'keys' | 'webhook' | 'view';
  readonly name: string;
  readonly fields: readonly FieldChange[];
  /** Of what exists. */
  readonly id?: string;
  /** As it is to be. */
  readonly webhook?: WebhookEntry;
  readonly view?: ViewEntry;
  readonly secrets?: WebhookSecrets;
  readonly profile?: string;
  readonly keys?: readonly string[];
}

const WEBHOOK_FIELDS = [
  ...['endpoint', 'http_method', 'request_format', 'status', 'description'],
  ...['subscriptions', 'delivery', 'authentication'],
] as const;

/** What has to change so that the server has what the file says. None when it has it already. */
export function planChanges(
  state: State,
  wanted: Configuration,
  secrets: Secrets,
  prune: boolean,
): Change[] {
  return [
    ...ofAccount(state, wanted),
    ...(wanted.webhooks ?? []).flatMap((webhook) =>
      // A name may be `constructor`, which every object has.
      ofWebhook(
        state,
        webhook,
        Object.hasOwn(secrets, webhook.name) ? secrets[webhook.name] : undefined,
      ),
    ),
    ...(wanted.views ?? []).flatMap((view) => ofView(state, view)),
    ...(prune ? deletions(state, wanted) : []),
  ];
}

function ofAccount({ account, keys }: State, wanted: Configuration): Change[] {
  const changes: Change[] = [];
  const profile = wanted.account?.profile;
  if (profile !== undefined && profile !== account.profile) {
    const fields = [{ field: 'profile', from: account.profile, to: profile }];
    changes.push({ action: 'update', kind: 'account', name: 'account', fields, profile });
  }
  if (wanted.keys !== undefined && !isDeepStrictEqual([...keys].sort(), [...wanted.keys].sort())) {
    const fields = [{ field: 'keys', from: keys, to: wanted.keys }];
    changes.push({ action: 'update', kind: 'keys', name: 'keys', fields, keys: wanted.keys });
  }
  return changes;
}

function ofWebhook(
  { webhooks }: State,
  webhook: WebhookEntry,
  secrets: WebhookSecrets | undefined,
): Change[] {
  const { name } = webhook;
  const now = webhooks.find((one) => one.name === name);
  const fields: FieldChange[] = WEBHOOK_FIELDS.flatMap((field) => {
    const [from, to] = [comparable(now, field, webhook), comparable(webhook, field, webhook)];
    return to === undefined || isDeepStrictEqual(from, to)
      ? []
      : [{ field, ...(from !== undefined && { from }), to }];
  });
  if (secrets !== undefined) {
    for (const field of ['signing_secret', 'custom_headers'] as const) {
      if (!isDeepStrictEqual(now?.secrets?.[field], secrets[field])) fields.push({ field });
    }
  }
  if (now !== undefined && fields.length === 0) return [];
  const action = now === undefined ? 'create' : 'update';
  return [
    {
      ...{ action, kind: 'webhook', name, fields, webhook },
      ...(now !== undefined && { id: now.id }),
      ...(secrets !== undefined && { secrets }),
    } as Change,
  ];
}

/** What the server shows of `data` of `authentication`; passwords, tokens and values are not compared. */
const SHOWN_DATA = ['username', 'name'];

/** A field as it is compared: subscriptions have no order, and credentials have parts that nobody sees. */
function comparable(
  webhook: WebhookEntry | undefined,
  field: (typeof WEBHOOK_FIELDS)[number],
  wanted: WebhookEntry,
): unknown {
  const value = webhook?.[field as keyof WebhookEntry];
  if (field === 'subscriptions' && Array.isArray(value)) return [...value].sort();
  if (field !== 'authentication' || value === undefined) return value;
  const { type, add_position, data } = value as Authentication;
  const named = SHOWN_DATA.filter((name) => dataOf(wanted)[name] !== undefined);
  return {
    type,
    add_position,
    ...(named.length > 0 && {
      data: Object.fromEntries(named.map((name) => [name, data?.[name]])),
    }),
  };
}

interface Authentication {
  readonly type?: unknown;
  readonly add_position?: unknown;
  readonly data?: Readonly<Record<string, unknown>>;
}

const dataOf = ({ authentication }: WebhookEntry): Readonly<Record<string, unknown>> =>
  (authentication as Authentication | undefined)?.data ?? {};

function ofView({ views }: State, view: ViewEntry): Change[] {
  const { name, screen, search = '', columns = [] } = view;
  const now = views.find((one) => one.name === name && one.screen === screen);
  const wanted = { name, screen, search, columns };
  const fields = (['search', 'columns'] as const).flatMap((field) =>
    isDeepStrictEqual(now?.[field], wanted[field])
      ? []
      : [{ field, ...(now !== undefined && { from: now[field] }), to: wanted[field] }],
  );
  if (now !== undefined && fields.length === 0) return [];
  const change = { kind: 'view', name: `${screen}/${name}`, fields, view: wanted } as const;
  return [
    now === undefined
      ? { ...change, action: 'create' }
      : { ...change, action: 'update', id: now.id },
  ];
}

/** Only of kinds that the file has: a file of webhooks alone says nothing about views. */
function deletions({ webhooks, views }: State, wanted: Configuration): Change[] {
  const gone: Change[] = [];
  for (const { id, name } of wanted.webhooks === undefined ? [] : webhooks) {
    if (wanted.webhooks?.some((one) => one.name === name)) continue;
    gone.push({ action: 'delete', kind: 'webhook', name, fields: [], id });
  }
  for (const { id, name, screen } of wanted.views === undefined ? [] : views) {
    if (wanted.views?.some((one) => one.name === name && one.screen === screen)) continue;
    gone.push({ action: 'delete', kind: 'view', name: `${screen}/${name}`, fields: [], id });
  }
  return gone;
}
