/** A message did not reach a route. The text says why, for people, and holds no secret. */
export class SendFailure extends Error {
  override readonly name = 'SendFailure';
  /** What the receiver answered, if it did. */
  readonly status: number | undefined;
  /** Whether another try would fail as well: the route has to be changed first. */
  readonly isFinal: boolean;

  constructor(
    message: string,
    {
      status,
      isFinal = false,
      cause,
    }: { status?: number | undefined; isFinal?: boolean; cause?: unknown } = {},
  ) {
    super(message, { cause });
    this.status = status;
    this.isFinal = isFinal;
  }
}
