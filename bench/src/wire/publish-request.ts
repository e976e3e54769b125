import { DIGITS, STAMP_FIELD } from './stamp.ts';
import { TOKEN } from './token.ts';

/** The bytes of one HTTP request, made once and sent many times. */
export interface PreparedRequest {
  readonly bytes: Uint8Array;
  /** The offset at which the time of sending is written, if it is. */
  readonly stampAt: number | undefined;
  /** The offset at which the number of the request is written, if it is. */
  readonly numberAt: number | undefined;
}

interface Publication {
  /** `/v1/events` or `/v1/events/batch`. */
  readonly path: string;
  /** One event, or an array of events. */
  readonly body: string;
  /** The prefix of the `Idempotency-Key`; no key when absent. */
  readonly keyPrefix?: string;
}

const KEY = 'Idempotency-Key: ';

/** Makes the request that publishes one event or many. */
export function publishRequest({ path, body, keyPrefix }: Publication): PreparedRequest {
  const key = keyPrefix === undefined ? [] : [KEY + keyPrefix + ''.padStart(DIGITS, '0')];
  const head = [
    `POST ${path} HTTP/1.1`,
    'Host: 127.0.0.1',
    `Authorization: Bearer ${TOKEN}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...key,
    '\r\n',
  ];
  const bytes = Buffer.from(head.join('\r\n') + body);
  return {
    bytes,
    stampAt: after(bytes, STAMP_FIELD),
    numberAt: keyPrefix === undefined ? undefined : after(bytes, KEY + keyPrefix),
  };
}

function after(bytes: Buffer, text: string): number | undefined {
  const at = bytes.indexOf(text);
  return at === -1 ? undefined : at + text.length;
}
