import type { Channel } from '../database/channel.ts';
import { text } from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface Params {
  readonly channel: Channel;
  readonly payload: string;
}

/** Notifies every listening node when the transaction commits. */
export const notify = query<Params, never>(
  'notify',
  {
    channel: text((p) => p.channel),
    payload: text((p) => p.payload),
  },
  'select pg_notify($channel, $payload)',
);
