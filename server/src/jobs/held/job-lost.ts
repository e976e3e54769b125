/** The job is not held any more: people paused or cancelled it, or another node has taken it over. */
export class JobLost extends Error {
  override readonly name = 'JobLost';

  constructor() {
    super('the job is not held any more');
  }
}
