import { CannotStart } from '../model/cannot-start.ts';

/** The schema cannot be migrated; the message says why. */
export class MigrationError extends CannotStart {
  override readonly name = 'MigrationError';
}
