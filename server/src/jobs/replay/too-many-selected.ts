/** A query covers more webhooks than a job can select from. */
export class TooManySelected extends Error {
  override readonly name = 'TooManySelected';

  constructor(most: number) {
    super(`the query covers more than ${most} webhooks: name some with webhook:`);
  }
}
