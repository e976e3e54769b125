/** The most saved views of an account: one answer lists them all, 650 KiB where each is at its limits. */
export const MAX_VIEWS = 100;

/** The account already has `MAX_VIEWS` saved views: 409. */
export class TooManyViews extends Error {
  override readonly name = 'TooManyViews';

  constructor() {
    super(
      `this account already has ${MAX_VIEWS} saved views, the maximum: delete unused ones first`,
    );
  }
}
