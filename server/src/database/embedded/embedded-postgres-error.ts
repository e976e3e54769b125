/** The embedded PostgreSQL cannot start; the message tells an operator why and what to do. */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';
}
