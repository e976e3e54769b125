import type { Auth } from './auth.ts';
import type { CallOptions } from './call-options.ts';
import type { Logger } from './logger.ts';

/** Settings of a client. */
export interface ZendeskOptions extends Omit<CallOptions, 'signal'> {
  /** The `acme` of `acme.zendesk.com`. Ignored when `baseUrl` is given. */
  readonly subdomain?: string | undefined;
  /**
   * The credentials, or a function that returns them and is called for each try. When omitted:
   * `ZENDESK_ACCESS_TOKEN`, then `ZENDESK_EMAIL` with `ZENDESK_API_TOKEN`, then
   * `ZENDESK_USERNAME` with `ZENDESK_PASSWORD`.
   */
  readonly auth?: Auth | (() => Auth | Promise<Auth>) | undefined;
  /** Sends the requests; default: the global `fetch`. */
  readonly fetch?: ((url: string, init: RequestInit) => Promise<Response>) | undefined;
  /** Receives the log lines; default: none. */
  readonly logger?: Logger | undefined;
}
