import type { Open } from './open.ts';

/** An address that receives webhooks from elsewhere and publishes them as events of the account. */
export interface Inbox {
  /** A ULID. */
  id: string;
  /** The name, for people. */
  name: string;
  /** How requests are signed; with `none` whoever knows the address may publish. */
  scheme: Open<'zendesk' | 'standard_webhooks' | 'svix' | 'none'>;
  /** How many secrets it has. They are never shown. */
  secretsCount: number;
  /** How far the timestamp of a request may be from now, in seconds. */
  toleranceSeconds: number;
  /** The event type of what has none in its body or in `typeHeader`. */
  defaultType: string;
  /** The header with the event type, where the body has none. */
  typeHeader?: string;
  /** With the scheme `none`: the header with the id of a request. */
  idHeader?: string;
  /** Until when the address before the last rotation is valid. */
  previousUntil?: Date;
  /** When it was created. */
  createdAt: Date;
  /** When it was changed last. */
  updatedAt: Date;
}

/** An inbox with its address, which the server does not keep. */
export interface AddressedInbox extends Inbox {
  /** The token in the address: a secret. */
  token: string;
  /** Where to send webhooks: a secret. */
  address: string;
}

/** An inbox to create. */
export interface InboxInput {
  /** The name, for people: 1 to 255 characters, different from other inboxes of the account. */
  readonly name: string;
  /** How requests are signed. */
  readonly scheme: 'zendesk' | 'standard_webhooks' | 'svix' | 'none';
  /**
   * The secrets that senders sign with, at most 10, or `whpk_` and a public key of theirs: a request is valid by any
   * of them. Required unless the scheme is `none`.
   */
  readonly secrets?: readonly string[] | undefined;
  /** How far the timestamp of a request may be from now, in seconds: 1 to 604,800, default 300. */
  readonly toleranceSeconds?: number | undefined;
  /** The event type of what has none in its body or in `typeHeader`: default `inbox.received`. */
  readonly defaultType?: string | undefined;
  /** The header with the event type, where the body has none. */
  readonly typeHeader?: string | null | undefined;
  /** With the scheme `none`: the header with the id of a request. */
  readonly idHeader?: string | null | undefined;
}

/** Fields of an inbox to change: omitted ones stay, null removes. */
export type InboxPatch = { readonly [Field in keyof InboxInput]?: InboxInput[Field] | undefined };
