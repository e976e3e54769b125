/** The embedded PostgreSQL cannot start, for a reason that its message explains to an operator. */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';
}
