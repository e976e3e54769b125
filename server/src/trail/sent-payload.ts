import { attributesIn, CLOUD_EVENT_TYPE, envelopeOf } from '../deliver/request/cloud-event.ts';
import type { HeaderList } from '../http-client/header-list.ts';
import { firstBytes } from './first-bytes.ts';
import { type Payload, SHOWN_BYTES } from './list-attempts.ts';

/**
 * The body of one attempt, of the payload of its event: itself, or the CloudEvent in structured mode that
 * the headers of the attempt describe. What was sent is not stored twice.
 *
 * @param headers as they were sent
 */
export function sentPayload(headers: HeaderList, payload: Payload): Payload {
  const type = headers.findIndex(
    (name, index) => index % 2 === 0 && name.toLowerCase() === 'content-type',
  );
  if (type < 0 || headers[type + 1] !== CLOUD_EVENT_TYPE) return payload;
  const attributes = attributesIn(headers);
  if (attributes === undefined) return payload;
  const { head, tail } = envelopeOf(attributes, payload.length === 0);
  const isWhole = Buffer.byteLength(payload.text) === payload.length;
  return {
    text: firstBytes(`${head}${payload.text}${isWhole ? tail : ''}`, SHOWN_BYTES),
    length: Buffer.byteLength(head) + payload.length + tail.length,
  };
}
