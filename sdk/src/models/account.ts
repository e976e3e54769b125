import type { Open } from './open.ts';

/** A named set of delivery rules. */
export type Profile = Open<'durable' | 'zendesk'>;

/** The owner of webhooks and tokens. */
export interface Account {
  /** The number that deliveries carry as `X-Zendesk-Account-Id`. */
  id: number;
  /** The name, for people. */
  name: string;
  /** The delivery rules of all webhooks without rules of their own. */
  profile: Profile;
}

/** The changes to the account of the credentials; omitted fields keep their value. */
export interface AccountInput {
  /** The name, for people. */
  readonly name?: string | undefined;
  /** The delivery rules; they apply from the next attempt on. */
  readonly profile?: Profile | undefined;
}

/** An account as an operator sees it. */
export interface AccountDetails extends Account {
  /** When it was created. */
  createdAt: Date;
  /** When it was suspended; absent unless it is suspended now. */
  suspendedAt?: Date;
}

/** An account to create. */
export interface NewAccount {
  /** The name, for people: 1 to 255 characters. */
  readonly name: string;
  /** The delivery rules that its webhooks start with; default `durable`. */
  readonly profile?: Profile | undefined;
}

/** The changes that an operator makes to an account; omitted fields keep their value. */
export interface AccountPatch {
  /** The new name, for people: 1 to 255 characters. */
  readonly name?: string | undefined;
  /**
   * `true` suspends the account: its tokens are answered 403 and its invocations wait, none is
   * lost. `false` resumes it.
   */
  readonly suspended?: boolean | undefined;
}
