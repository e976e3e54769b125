import { CannotStart } from '../../model/cannot-start.ts';

/** The embedded PostgreSQL cannot start; the message tells an operator why and what to do. */
export class EmbeddedPostgresError extends CannotStart {
  override readonly name = 'EmbeddedPostgresError';
}
