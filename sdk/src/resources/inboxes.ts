import { readMany } from '../internal/read-many.ts';
import { readNothing } from '../internal/read-nothing.ts';
import { readOne } from '../internal/read-one.ts';
import type { Send } from '../internal/send.ts';
import { v1Path } from '../internal/v1-path.ts';
import type { AddressedInbox, Inbox, InboxInput, InboxPatch } from '../models/inbox.ts';
import type { CallOptions } from '../options/call-options.ts';
import type { APIPromise } from '../results/api-promise.ts';
import { addressedInbox, inbox, inboxInput } from '../shapes/inbox.ts';

/** Addresses that receive webhooks from elsewhere, verify them and publish them as events. */
export interface Inboxes {
  /**
   * Returns all inboxes of the account, newest first: at most 100.
   *
   * @param options - Apply to this call.
   */
  list(options?: CallOptions): APIPromise<Inbox[]>;

  /**
   * Creates an inbox, and returns it with its address, which cannot be read again. The client does not retry
   * this call after a timeout or a broken connection.
   *
   * @param input - The inbox.
   * @param options - Apply to this call.
   * @throws `ConflictError` when the account has 100 inboxes; `UnprocessableEntityError` when another
   *   inbox has the name; otherwise the same as every call.
   */
  create(input: InboxInput, options?: CallOptions): APIPromise<AddressedInbox>;

  /**
   * Returns one inbox.
   *
   * @param inboxId - The inbox.
   * @param options - Apply to this call.
   */
  get(inboxId: string, options?: CallOptions): APIPromise<Inbox>;

  /**
   * Changes an inbox, and returns it after the change.
   *
   * @param inboxId - The inbox.
   * @param patch - What to change: omitted fields stay, null removes, `secrets` are replaced as a whole.
   * @param options - Apply to this call.
   */
  update(inboxId: string, patch: InboxPatch, options?: CallOptions): APIPromise<Inbox>;

  /**
   * Gives an inbox a new address, and returns it. The client does not retry this call after a timeout or a
   * broken connection.
   *
   * @param inboxId - The inbox.
   * @param options - Apply to this call. `graceSeconds` is how long the address that is replaced stays
   *   valid: at most 604,800, default 0.
   */
  rotate(
    inboxId: string,
    options?: CallOptions & { readonly graceSeconds?: number | undefined },
  ): APIPromise<AddressedInbox>;

  /**
   * Deletes an inbox: its address is 404 from then on. A retry after a lost answer may find it deleted
   * already and throw `NotFoundError`.
   *
   * @param inboxId - The inbox.
   * @param options - Apply to this call.
   */
  delete(inboxId: string, options?: CallOptions): APIPromise<void>;
}

const readInbox = readOne('inbox', inbox);
const readAddressed = readOne('inbox', addressedInbox);
const readInboxes = readMany('inboxes', inbox);

/** Creates the operations on inboxes. */
export const inboxes = (send: Send): Inboxes => ({
  list: (options) => send({ path: v1Path('inboxes') }, readInboxes, options),

  create: (input, options) =>
    send(
      { method: 'POST', path: v1Path('inboxes'), body: { inbox: inboxInput.encode(input) } },
      readAddressed,
      options,
    ),

  get: (inboxId, options) => send({ path: v1Path('inboxes', inboxId) }, readInbox, options),

  update: (inboxId, patch, options) =>
    send(
      {
        method: 'PATCH',
        path: v1Path('inboxes', inboxId),
        body: { inbox: inboxInput.encode(patch) },
      },
      readInbox,
      options,
    ),

  rotate: (inboxId, { graceSeconds, ...options } = {}) =>
    send(
      {
        method: 'POST',
        path: v1Path('inboxes', inboxId, 'rotate'),
        query: { grace_seconds: graceSeconds },
      },
      readAddressed,
      options,
    ),

  delete: (inboxId, options) =>
    send({ method: 'DELETE', path: v1Path('inboxes', inboxId) }, readNothing, options),
});
