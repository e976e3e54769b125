import { text } from '../database/parameters.ts';
import { query } from '../database/query.ts';

/** The channels by which nodes tell each other. */
export type Channel =
  | 'hooktrail_webhook'
  | 'hooktrail_access'
  | 'hooktrail_due'
  | 'hooktrail_breaker';

interface Params {
  readonly channel: Channel;
  readonly payload: string;
}

/** Tells every node that listens, once the transaction is committed. */
export const notify = query<Params, never>(
  'notify',
  {
    channel: text((p) => p.channel),
    payload: text((p) => p.payload),
  },
  'select pg_notify($channel, $payload)',
);
