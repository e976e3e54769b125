/** An opaque cursor; what it holds is the double's affair. */
export function writeCursor(place: object): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

/** What a cursor of ours holds; undefined for any other text. */
export function readCursor(cursor: string): Record<string, unknown> | undefined {
  try {
    const place: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return typeof place === 'object' && place !== null
      ? (place as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
