/** Bytes of a file, both inclusive. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/**
 * The range that a request asks for (RFC 9110, section 14). Undefined: the whole file, also where the
 * header is no range of bytes or asks for several, which a server may ignore. Null: it has none of them.
 */
export function readRange(
  header: string | undefined,
  length: number,
): ByteRange | undefined | null {
  const [, from = '', to = ''] = /^bytes=\s*(\d*)-(\d*)\s*$/i.exec(header ?? '') ?? [];
  if (from === '' && to === '') return undefined;
  if (from === '') {
    const count = Math.min(Number(to), length);
    return count === 0 ? null : { first: length - count, last: length - 1 };
  }
  const first = Number(from);
  const last = to === '' ? length - 1 : Math.min(Number(to), length - 1);
  if (to !== '' && Number(to) < first) return undefined;
  return first >= length ? null : { first, last };
}
