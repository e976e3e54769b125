import type {
  Webhook,
  WebhookAuthenticationInput,
  WebhookInput,
  WebhookPatch,
} from '@hooktrail/sdk';
import { linesOf } from './lines-of.ts';

/** A webhook as a form holds it: all of it text. */
export interface WebhookDraft {
  readonly name: string;
  readonly description: string;
  readonly endpoint: string;
  readonly httpMethod: string;
  readonly requestFormat: string;
  readonly status: string;
  /** One a line. */
  readonly subscriptions: string;
  /** `Name: value`, one a line. */
  readonly headers: string;
  readonly authentication: '' | 'keep' | 'basic_auth' | 'bearer_token' | 'api_key';
  readonly username: string;
  readonly secret: string;
}

/** An empty form, or that of a webhook. */
export const draftOf = (webhook?: Webhook): WebhookDraft => ({
  name: webhook?.name ?? '',
  description: webhook?.description ?? '',
  endpoint: webhook?.endpoint ?? '',
  httpMethod: webhook?.httpMethod ?? 'POST',
  requestFormat: webhook?.requestFormat ?? 'json',
  status: webhook?.status ?? 'active',
  subscriptions: webhook?.subscriptions.join('\n') ?? '',
  headers: Object.entries(webhook?.customHeaders ?? {})
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n'),
  authentication: webhook?.authentication ? 'keep' : '',
  username: '',
  secret: '',
});

/** Headers may carry credentials, and so may the query of an endpoint, which the role `read` does not see either. */
const mayBeKept = (field: string, text: string) =>
  field !== 'secret' && field !== 'headers' && !(field === 'endpoint' && /[?@]/.test(text));

/**
 * What a browser may keep of a form: what was written in it, without what may be a secret. The other fields are as
 * `base` says when the form opens again, which somebody may have changed meanwhile.
 */
export function keptOf(draft: WebhookDraft, base: WebhookDraft): Partial<WebhookDraft> {
  return Object.fromEntries(
    Object.entries<string>({ ...draft }).filter(
      ([field, text]) => text !== base[field as keyof WebhookDraft] && mayBeKept(field, text),
    ),
  );
}

function authenticationOf(draft: WebhookDraft): WebhookAuthenticationInput | null {
  const { authentication, secret, username } = draft;
  if (authentication === 'basic_auth') {
    return { type: 'basic_auth', data: { username, password: secret }, addPosition: 'header' };
  }
  if (authentication === 'bearer_token') {
    return { type: 'bearer_token', data: { token: secret }, addPosition: 'header' };
  }
  if (authentication === 'api_key') {
    return { type: 'api_key', data: { name: username, value: secret }, addPosition: 'header' };
  }
  return null;
}

/** What the form asks for; `keep` leaves the stored credentials out, so that they stay. */
export function inputOf(draft: WebhookDraft): WebhookInput {
  const headers = linesOf(draft.headers).map((line): [string, string] => {
    const colon = line.indexOf(':');
    return colon < 0 ? [line, ''] : [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
  });
  return {
    name: draft.name.trim(),
    description: draft.description.trim() || null,
    endpoint: draft.endpoint.trim(),
    httpMethod: draft.httpMethod,
    requestFormat: draft.requestFormat,
    status: draft.status,
    subscriptions: linesOf(draft.subscriptions),
    customHeaders: headers.length === 0 ? null : Object.fromEntries(headers),
    ...(draft.authentication !== 'keep' && { authentication: authenticationOf(draft) }),
  };
}

/** What the form changes of a webhook that was as `base` says: others may have changed the rest meanwhile. */
export function changesOf(draft: WebhookDraft, base: WebhookDraft): WebhookPatch {
  const before: WebhookPatch = inputOf(base);
  return Object.fromEntries(
    Object.entries(inputOf(draft)).filter(
      ([field, value]) =>
        JSON.stringify(value) !== JSON.stringify(before[field as keyof WebhookPatch]),
    ),
  );
}
