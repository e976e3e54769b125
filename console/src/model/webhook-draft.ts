import type { Webhook, WebhookAuthenticationInput, WebhookInput } from '@hooktrail/sdk';

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

const linesOf = (text: string) =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

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
