/** How an inbox verifies what it receives. */
export const INBOX_SCHEMES = ['zendesk', 'standard_webhooks', 'svix', 'none'] as const;
export type InboxScheme = (typeof INBOX_SCHEMES)[number];

/** An address that receives webhooks from elsewhere and publishes them. Immutable. */
export interface Inbox {
  readonly id: string;
  readonly accountId: number;
  readonly name: string;
  readonly scheme: InboxScheme;
  /** A request is valid if it is signed with one of them; none with the scheme `none`. */
  readonly secrets: readonly string[];
  /** How far the timestamp of a request may be from now. */
  readonly toleranceSeconds: number;
  /** The type of what has none in its body or in `typeHeader`. */
  readonly defaultType: string;
  readonly typeHeader: string | undefined;
  /** With the scheme `none`: the header with the id of a request. */
  readonly idHeader: string | undefined;
  /** Until when the address before the last rotation is valid. */
  readonly previousUntil: Date | undefined;
  readonly updatedAt: Date;
}
