/** A raw request body: the bytes as received, or their text in UTF-8. */
export type SignedBody = string | Uint8Array;
