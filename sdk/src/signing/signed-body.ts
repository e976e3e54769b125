/**
 * A raw request body: the bytes as received, or their text in UTF-8. `null` and `undefined` are no
 * body, which is what frameworks hand on for a GET.
 */
export type SignedBody = string | Uint8Array | ArrayBuffer | null | undefined;
