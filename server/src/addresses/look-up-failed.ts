const MEANINGS: Readonly<Record<string, string>> = {
  EBADNAME: 'it is not a name that can be asked for',
  EBUSY: 'too many look-ups are under way',
  ECONNREFUSED: 'no name server can be reached',
  ENODATA: 'the name has no address',
  ENOTFOUND: 'there is no such name',
  EREFUSED: 'the name server refuses to answer',
  ESERVFAIL: 'the name server failed',
  ETIMEOUT: 'the name server does not answer',
};

/** A name has no addresses, or nobody said so in time. `reason` is a code of c-ares, or EBUSY. */
export class LookUpFailed extends Error {
  readonly code: string;

  constructor(reason: string, hostname: string) {
    super(`${MEANINGS[reason] ?? 'the look-up failed'} (${reason} ${hostname})`);
    // Not the bare code: ECONNREFUSED here is not the endpoint's.
    this.code = `DNS_${reason}`;
  }
}
