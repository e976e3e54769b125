/** The schema cannot be migrated; the message says why. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
}
