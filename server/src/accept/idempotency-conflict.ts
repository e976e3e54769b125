import { INBOX_KEY } from '../model/inbox-key.ts';

/** The key was used within the time that it is kept with another body: 409. */
export class IdempotencyConflict extends Error {
  override readonly name = 'IdempotencyConflict';
  readonly key: string;

  constructor(key: string) {
    super(
      key.startsWith(INBOX_KEY)
        ? 'this inbox received the id within the last 7 days with another body'
        : 'this idempotency key was used within the last 24 hours with another body',
    );
    this.key = key;
  }
}
