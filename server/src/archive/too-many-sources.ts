import { MOST_SOURCES } from '../model/source.ts';

/** The account already has `MOST_SOURCES` sources: 409. */
export class TooManySources extends Error {
  override readonly name = 'TooManySources';

  constructor() {
    super(`this account already has ${MOST_SOURCES} sources, the maximum: delete one first`);
  }
}
