/** The key was used within the last 24 hours with another body: 409. */
export class IdempotencyConflict extends Error {
  override readonly name = 'IdempotencyConflict';
  readonly key: string;

  constructor(key: string) {
    super('this idempotency key was used within the last 24 hours with another body');
    this.key = key;
  }
}
