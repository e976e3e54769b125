/** The most inboxes of an account: every node holds all of them in memory, and one answer lists them. */
export const MAX_INBOXES = 100;

/** The account already has `MAX_INBOXES` inboxes: 409. */
export class TooManyInboxes extends Error {
  override readonly name = 'TooManyInboxes';

  constructor() {
    super(`this account already has ${MAX_INBOXES} inboxes, the maximum: delete unused ones first`);
  }
}
