const MEANINGS: Readonly<Record<string, string>> = {
  EBADNAME: 'not a valid DNS name',
  EBUSY: 'too many look-ups in progress',
  ECONNREFUSED: 'no name server is reachable',
  ENODATA: 'the name has no address',
  ENOTFOUND: 'there is no such name',
  EREFUSED: 'the name server refused to answer',
  ESERVFAIL: 'the name server failed',
  ETIMEOUT: 'the name server does not answer',
};

/**
 * A name has no addresses, or no name server answered in time. `reason` is a c-ares code, or EBUSY.
 */
export class LookUpFailed extends Error {
  readonly code: string;

  constructor(reason: string, hostname: string) {
    super(`${MEANINGS[reason] ?? 'the look-up failed'} (${reason} ${hostname})`);
    // Prefixed, because ECONNREFUSED here is the name server's and not the endpoint's.
    this.code = `DNS_${reason}`;
  }
}
