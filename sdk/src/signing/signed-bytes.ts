import type { SignedBody } from './signed-body.ts';

const encoder = new TextEncoder();

/** The signed bytes: the timestamp followed by the body, without a separator. */
export const signedBytes = (timestamp: string, body: SignedBody): Uint8Array<ArrayBuffer> => {
  if (typeof (body ?? '') === 'string') return encoder.encode(timestamp + (body ?? ''));
  const head = encoder.encode(timestamp);
  const rest = new Uint8Array(body as ArrayBuffer | Uint8Array);
  const bytes = new Uint8Array(head.length + rest.length);
  bytes.set(head);
  bytes.set(rest, head.length);
  return bytes;
};
