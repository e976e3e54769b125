import { RECEIVED_MEMBER, type ReceivedHeaders } from '../../model/received-headers.ts';
import { headerPairs } from '../schema/header-pairs.ts';

/** The headers that an event came with to an inbox; nothing of another one. */
export function originalHeaders(keyHeaders: string | null) {
  if (keyHeaders === null) return {};
  const received = (JSON.parse(keyHeaders) as Record<string, unknown>)[RECEIVED_MEMBER] as
    | ReceivedHeaders
    | undefined;
  if (received === undefined) return {};
  return {
    headers: headerPairs(received.list),
    ...(received.leftOut > 0 && { headers_left_out: received.leftOut }),
  };
}
