import { RECEIVED_MEMBER, type ReceivedHeaders } from '../model/received-headers.ts';

/** The headers of an event that are keys, as JSON, with those that it came with to an inbox. */
export function withReceived(
  keyHeaders: string | undefined,
  received: ReceivedHeaders | undefined,
): string | undefined {
  if (received === undefined) return keyHeaders;
  const own = JSON.stringify({ [RECEIVED_MEMBER]: received });
  return keyHeaders === undefined ? own : `${keyHeaders.slice(0, -1)},${own.slice(1)}`;
}
