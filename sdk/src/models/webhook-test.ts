import type { EndpointResponse } from './endpoint-exchange.ts';
import type { Open } from './open.ts';
import type { WebhookPatch } from './webhook-input.ts';

/** A test request; a stored webhook supplies the omitted fields. */
export interface WebhookTestInput
  extends Omit<WebhookPatch, 'subscriptions' | 'externalSource' | 'signingSecret'> {
  /** The body; for `GET`, `DELETE` and `form_encoded` a list of `[name, value]` pairs. */
  readonly payload?: string | object | undefined;
  /** Parameters to add to the query of the endpoint. */
  readonly queryParameters?:
    | readonly { readonly key: string; readonly value: string }[]
    | null
    | undefined;
}

/** The outcome of a test request. */
export interface WebhookTestResult {
  /** The outcome; absent where the service returns only the endpoint's answer. */
  status?: Open<'success' | 'failed' | 'timeout' | 'client error' | 'server error'>;
  /** The HTTP status of the answer; absent without an answer. */
  statusCode?: number;
  /** Why there was no answer, in words, and what was withheld. */
  message?: string;
  /**
   * What a test to another origin than that of the stored webhook did not take from it; only
   * Hooktrail sends it.
   */
  withheld?: Open<'authentication' | 'custom_headers' | 'signing_secret'>[];
  /** The endpoint's answer; without one, `payload` is the reason and there is no `statusCode`. */
  response?: EndpointResponse;
}
