import type { Channel } from '../database/channel.ts';
import { query } from '../database/query.ts';

interface Params {
  readonly channel: Channel;
  readonly payload: string;
}

/** Tells every node that listens, once the transaction is committed. */
export const notify = query<Params, never>(
  'notify',
  'select pg_notify($1, $2)',
  ({ channel, payload }) => [channel, payload],
);
