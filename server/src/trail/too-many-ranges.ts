/** A list would have to look at more days of webhooks than one page may. */
export class TooManyRanges extends Error {
  override readonly name = 'TooManyRanges';
  /** How many webhooks the query may cover. */
  readonly webhooks: number;
  readonly days: number;

  constructor(webhooks: number, ranges: number, most: number) {
    const days = ranges / webhooks;
    super(`${webhooks} webhooks of ${days} days each are more than ${most} ranges`);
    this.days = days;
    this.webhooks = Math.floor(most / days);
  }
}
