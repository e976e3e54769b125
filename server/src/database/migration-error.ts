/** The schema cannot be brought up to date, for a reason that its message explains. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
}
