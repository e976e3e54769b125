import type { WebhookHttpMethod, WebhookRequestFormat, WebhookStatus } from './webhook.ts';
import type { WebhookAuthenticationInput } from './webhook-authentication.ts';

/** A webhook to create, or to replace one with. */
export interface WebhookInput {
  /** The name, for people. */
  readonly name: string;
  /** The URL that receives the deliveries. */
  readonly endpoint: string;
  /** The method of the deliveries; event subscriptions need `POST`. */
  readonly httpMethod: WebhookHttpMethod;
  /** The format of the deliveries; event subscriptions need `json`. */
  readonly requestFormat: WebhookRequestFormat;
  /** Whether events are delivered to it. */
  readonly status: WebhookStatus;
  /** Its purpose, for people. */
  readonly description?: string | null | undefined;
  /** Event types, or exactly `['conditional_ticket_events']`; the two kinds do not mix. */
  readonly subscriptions?: readonly string[] | undefined;
  /** Its credentials for the endpoint; `null` for none. */
  readonly authentication?: WebhookAuthenticationInput | null | undefined;
  /** The secret to sign with, 16 to 255 printable ASCII characters; only on create. */
  readonly signingSecret?: { readonly secret: string } | null | undefined;
  /** Headers to add to each delivery, names as they are to be sent; `null` for none. */
  readonly customHeaders?: Readonly<Record<string, string>> | null | undefined;
  /** The integration that creates it. */
  readonly externalSource?:
    | { readonly type: string; readonly data?: Readonly<Record<string, unknown>> | undefined }
    | null
    | undefined;
}

/** The fields of a webhook to change; omitted fields keep their value, and `null` removes one. */
export type WebhookPatch = {
  readonly [Field in keyof WebhookInput]?: WebhookInput[Field] | undefined;
};
