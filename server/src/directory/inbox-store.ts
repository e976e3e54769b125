import type { Act } from '../model/act.ts';
import type { Inbox } from '../model/inbox.ts';

/** What people choose of an inbox. */
export type InboxValues = Pick<
  Inbox,
  'name' | 'scheme' | 'secrets' | 'toleranceSeconds' | 'defaultType' | 'typeHeader' | 'idHeader'
>;

/** An inbox with the token of its address, which cannot be read again. */
export interface AddressedInbox {
  readonly inbox: Inbox;
  readonly token: string;
}

/** Throws what is wrong with the values beside the other inboxes of the account. */
export type CheckInbox = (values: InboxValues, others: readonly Inbox[]) => void;

/**
 * Reads and changes the inboxes of an account. A change and its audit row commit together, and this node
 * receives by it from then on; other nodes follow within milliseconds. A promise rejects with what `check` or
 * `change` throws, and then nothing is changed. It resolves to undefined when there is no such inbox.
 */
export interface InboxStore {
  list(accountId: number): Promise<readonly Inbox[]>;
  find(accountId: number, id: string): Promise<Inbox | undefined>;
  /** @throws TooManyInboxes */
  create(
    accountId: number,
    values: InboxValues,
    act: Act,
    check: CheckInbox,
  ): Promise<AddressedInbox>;
  update(
    accountId: number,
    id: string,
    act: Act,
    change: (current: Inbox) => InboxValues,
    check: CheckInbox,
  ): Promise<Inbox | undefined>;
  /** Makes a new address. The one before stays valid for `graceMs`. */
  rotate(
    accountId: number,
    id: string,
    act: Act,
    graceMs: number,
  ): Promise<AddressedInbox | undefined>;
  /** Resolves to whether the inbox existed. */
  delete(accountId: number, id: string, act: Act): Promise<boolean>;
}
