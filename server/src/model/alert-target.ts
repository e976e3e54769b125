/** An address that is asked over HTTP. Its user information is kept apart, so that the URL alone can be shown. */
export interface HttpTarget {
  /** Without user information. */
  readonly url: string;
  readonly authentication:
    | { readonly type: 'none' }
    | { readonly type: 'basic'; readonly username: string; readonly password: string }
    | { readonly type: 'bearer'; readonly token: string };
}

/** Where a route leads, by its kind. It rests sealed: whoever knows the URL of a chat can write into it. */
export type AlertTarget =
  | { readonly kind: 'webhook'; readonly webhookId: string }
  | ({ readonly kind: 'slack' | 'alertmanager' } & HttpTarget)
  | { readonly kind: 'email'; readonly addresses: readonly string[] };

/** The most recipients of one e-mail route. */
export const MOST_ADDRESSES = 20;
