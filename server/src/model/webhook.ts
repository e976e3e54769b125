import type { OwnRules } from './rules.ts';

/** How deliveries of a webhook authenticate (spec/contract.md, "Webhook"). */
export type Authentication =
  | {
      readonly type: 'basic_auth';
      readonly data: { readonly username: string; readonly password: string };
      readonly addPosition: 'header';
    }
  | {
      readonly type: 'bearer_token';
      readonly data: { readonly token: string };
      readonly addPosition: 'header';
    }
  | {
      readonly type: 'api_key';
      readonly data: { readonly name: string; readonly value: string };
      readonly addPosition: 'header' | 'query_string';
    };

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
export type RequestFormat = 'json' | 'xml' | 'form_encoded';
export type WebhookStatus = 'active' | 'inactive';

/** What a webhook presents to an endpoint that demands a certificate. Both are PEM. */
export interface ClientCertificate {
  /** The webhook's own certificate, then those above it. */
  readonly certificate: string;
  readonly privateKey: string;
}

/** The part of a webhook that a request needs. A test request may have one that is not stored. */
export interface Target {
  readonly endpoint: string;
  readonly httpMethod: HttpMethod;
  readonly requestFormat: RequestFormat;
  readonly authentication: Authentication | undefined;
  /** In the order in which they were given. */
  readonly customHeaders: Readonly<Record<string, string>> | undefined;
  readonly clientCertificate: ClientCertificate | undefined;
  /** The secret as text; its bytes are the HMAC key (spec/contract.md, "The outbound request"). */
  readonly signingSecret: string;
  /** The secret before the last reset, while it still signs (Standard Webhooks only). */
  readonly previousSecret: PreviousSecret | undefined;
  /** The keys of `v1a` signatures; undefined until a rule of the webhook asks for them. */
  readonly signingKeys: SigningKeys | undefined;
}

/** Private ed25519 keys: 32 bytes each, as base64. */
export interface SigningKeys {
  readonly current: string;
  /** The key before the last replacement, while it still signs. */
  readonly previous: PreviousSecret | undefined;
}

export interface PreviousSecret {
  readonly text: string;
  readonly until: Date;
}

/** Where and how events go. Immutable: a change makes a new object. */
export interface Webhook extends Target {
  readonly id: string;
  readonly accountId: number;
  readonly name: string;
  readonly description: string | undefined;
  readonly status: WebhookStatus;
  readonly subscriptions: readonly string[];
  readonly externalSource: unknown;
  /** Rules that override its profile's. */
  readonly ownRules: OwnRules | undefined;
  /** When set, invocations wait; none is lost. */
  readonly paused: Paused | undefined;
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly updatedAt: Date | undefined;
  readonly updatedBy: string | undefined;
}

export interface Paused {
  readonly at: Date;
  readonly by: string;
}

/** The only subscription of a webhook that is invoked directly, with its own payload. */
export const DIRECT = 'conditional_ticket_events';

/** Whether a webhook is invoked directly instead of by events. */
export function isDirect(webhook: { readonly subscriptions: readonly string[] }): boolean {
  return webhook.subscriptions[0] === DIRECT;
}
