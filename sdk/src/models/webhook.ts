/**
 * A text of which some values are known. More may come any day, so a `switch` over it needs a
 * `default`; the known ones are there for completion.
 */
export type Open<Known extends string> = Known | (string & Record<never, never>);

/** Whether a webhook is delivered to. */
export type WebhookStatus = Open<'active' | 'inactive'>;

/** The HTTP method of a webhook's deliveries. */
export type WebhookHttpMethod = Open<'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'>;

/** The format of a webhook's deliveries. */
export type WebhookRequestFormat = Open<'json' | 'xml' | 'form_encoded'>;

/**
 * Where an invocation stands. `terminated` is in no documentation: it is what the real service
 * shows for an invocation it gave up.
 */
export type WebhookInvocationStatus = Open<
  | 'unknown'
  | 'accepted'
  | 'success'
  | 'failed'
  | 'timeout'
  | 'circuit broken'
  | 'throttled'
  | 'client error'
  | 'server error'
  | 'terminated'
>;

/** The order of a list of invocations. */
export type WebhookInvocationSort = Open<'latest_completed_at' | '-latest_completed_at'>;

/** The order of a list of webhooks. */
export type WebhookSort = Open<'name' | '-name' | 'status' | '-status'>;

/** A header as it was sent: a name may come more than once. */
export interface HeaderEntry {
  /** The header's name. */
  key: string;
  /** The header's value; masked where it is a credential. */
  value: string;
}

/** How a webhook proves itself to its endpoint, as it is given to the API. */
export type WebhookAuthenticationInput =
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

/** How a webhook proves itself to its endpoint, as it is read: without the secret part. */
export interface WebhookAuthentication {
  /** The kind of credentials. */
  type: Open<'basic_auth' | 'bearer_token' | 'api_key'>;
  /** What is no secret: the user name, or the name of the key. Keys as they came. */
  data?: Record<string, string>;
  /** Where the credentials go in a request. */
  addPosition?: Open<'header' | 'query_string'>;
}

/** Where a webhook that an integration made comes from. */
export interface WebhookExternalSource {
  /** The integration. */
  type: string;
  /** What the integration notes; keys as they came. */
  data?: Record<string, unknown>;
}

/** Where and how events are delivered. */
export interface Webhook {
  /** A ULID: its first ten characters are the time of creation. */
  id: string;
  /** The name, for people. */
  name: string;
  /** What it is for, for people. */
  description?: string;
  /** Whether it is delivered to. */
  status: WebhookStatus;
  /** Event types, or exactly `conditional_ticket_events`. */
  subscriptions: string[];
  /** The URL that deliveries go to. */
  endpoint: string;
  /** The method of the deliveries. */
  httpMethod: WebhookHttpMethod;
  /** The format of the deliveries. */
  requestFormat: WebhookRequestFormat;
  /** How it proves itself, without the secret part; absent when it does not. */
  authentication?: WebhookAuthentication;
  /** Headers added to each delivery; names as they came. */
  customHeaders?: Record<string, string>;
  /** The integration that made it. */
  externalSource?: WebhookExternalSource;
  /** When it was made. */
  createdAt: Date;
  /** Who made it. */
  createdBy: string;
  /** When it was last changed; absent when it never was. */
  updatedAt?: Date;
  /** Who last changed it; absent when nobody did. */
  updatedBy?: string;
}

/** A webhook to be made, or to stand in the place of one. */
export interface WebhookInput {
  /** The name, for people. */
  readonly name: string;
  /** The URL that deliveries go to. */
  readonly endpoint: string;
  /** The method of the deliveries; event subscriptions need `POST`. */
  readonly httpMethod: WebhookHttpMethod;
  /** The format of the deliveries; event subscriptions need `json`. */
  readonly requestFormat: WebhookRequestFormat;
  /** Whether it is delivered to. */
  readonly status: WebhookStatus;
  /** What it is for, for people. */
  readonly description?: string | null | undefined;
  /** Event types, or exactly `['conditional_ticket_events']`; the two kinds do not mix. */
  readonly subscriptions?: readonly string[] | undefined;
  /** How it proves itself to its endpoint; `null` for not at all. */
  readonly authentication?: WebhookAuthenticationInput | null | undefined;
  /** Headers to add to each delivery, names as they are to be sent; `null` for none. */
  readonly customHeaders?: Readonly<Record<string, string>> | null | undefined;
  /** The integration that makes it. */
  readonly externalSource?:
    | { readonly type: string; readonly data?: Readonly<Record<string, unknown>> | undefined }
    | null
    | undefined;
}

/** The fields of a webhook to be changed; what is left out stays as it is. */
export type WebhookPatch = {
  readonly [Field in keyof WebhookInput]?: WebhookInput[Field] | undefined;
};

/** A request to be tried out; a stored webhook fills in what is left out. */
export interface WebhookTestInput extends Omit<WebhookPatch, 'subscriptions' | 'externalSource'> {
  /** The body; for `GET`, `DELETE` and `form_encoded` a list of `[name, value]` pairs. */
  readonly payload?: string | object | undefined;
}

/** An answer of an endpoint. */
export interface EndpointResponse {
  /** The HTTP status. */
  statusCode?: number;
  /** The headers, in the order they came. */
  headers?: HeaderEntry[];
  /** The body as text; of a long one, the beginning. */
  payload?: string;
  /** How many bytes the whole body had; only Hooktrail says so. */
  payloadLength?: number;
}

/** What came of a test. */
export interface WebhookTestResult {
  /** How it ended; absent where the service only shows the answer. */
  status?: Open<'success' | 'failed' | 'timeout' | 'client error' | 'server error'>;
  /** The HTTP status of the answer; absent when there was none. */
  statusCode?: number;
  /** Why there was no answer, in words. */
  message?: string;
  /** What the endpoint answered; absent when it did not. */
  response?: EndpointResponse;
}

/** What a webhook's deliveries are signed with. */
export interface SigningSecret {
  /** The secret: its text, not decoded, is the key. */
  secret: string;
  /** The hash function, `SHA256`. */
  algorithm: Open<'SHA256'>;
}

/** One event bound for one webhook. */
export interface WebhookInvocation {
  /** A ULID; the real service repeats it on several rows, one for each finished attempt. */
  id: string;
  /** The webhook it is bound for. */
  webhookId: string;
  /** The type of the event. */
  eventType: string;
  /** Where it stands. */
  status: WebhookInvocationStatus;
  /** The HTTP status of the latest answer; absent when there was none. */
  statusCode?: number;
  /** How many requests were made. */
  attemptsCount: number;
  /** When the event was accepted. */
  createdAt: Date;
  /** When the latest attempt ended; absent until one has. */
  latestCompletedAt?: Date;
  /** When it is tried again; only Hooktrail says so, and only while it is to be. */
  nextAttemptAt?: Date;
}

/** What was sent in an attempt. */
export interface EndpointRequest {
  /** The headers, in the order they went, credentials masked. */
  headers?: HeaderEntry[];
  /** The body as text; of a long one, the beginning. */
  payload?: string;
  /** How many bytes the whole body had; only Hooktrail says so. */
  payloadLength?: number;
}

/** One HTTP request of an invocation. */
export interface WebhookInvocationAttempt {
  /** The attempt's ULID; in the real service it may be the webhook's. */
  id: string;
  /** The invocation it belongs to. */
  invocationId?: string;
  /** How it ended. */
  status: WebhookInvocationStatus;
  /** The HTTP status of the answer; absent when there was none. */
  statusCode?: number;
  /** When it began. */
  createdAt?: Date;
  /** When it ended. */
  completedAt?: Date;
  /** How long it took, in milliseconds. */
  durationMs?: number;
  /** Why there was no proper answer, in words. */
  errorMessage?: string;
  /** What was sent; absent where the service does not show it. */
  request?: EndpointRequest;
  /** What the endpoint answered; absent when it did not. */
  response?: EndpointResponse;
}
