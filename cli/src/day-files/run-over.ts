import type { RemoteFailure } from '@hooktrail/server/remote-failure';

/** The time of a run ends before the next request may be sent. */
export class RunOver extends Error {
  override readonly name = 'RunOver';
  /** Why that waits; undefined where it is the pace alone. */
  readonly failure: RemoteFailure | undefined;

  constructor(failure?: RemoteFailure) {
    super('the next request may be sent only after the end of the run');
    this.failure = failure;
  }
}
