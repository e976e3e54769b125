/** What follows the values: one format for all results, which is text. */
const TEXT_RESULTS = Buffer.from([0, 1, 0, 0]);

/** The unnamed portal: what it returns is described. */
const DESCRIBE = Buffer.from([68, 0, 0, 0, 6, 80, 0]);

/** The unnamed portal is executed to its end, and the statement committed. */
const EXECUTE_AND_SYNC = Buffer.from([69, 0, 0, 0, 9, 0, 0, 0, 0, 0, 83, 0, 0, 0, 4]);

const BIND = 66;

/** A value as PostgreSQL gets it: bytes are in its binary format. */
export type BoundValue = Buffer | string | null;

/**
 * Makes the messages that run a prepared statement, as one buffer: bind, execute and sync. The driver
 * writes each of them by itself, after it has copied the values twice.
 *
 * @param describes Asks for the columns of the result too.
 */
export function bindMessage(
  name: string,
  values: readonly BoundValue[],
  describes: boolean,
): Buffer {
  const tail = describes ? DESCRIBE.length : 0;
  const nameLength = Buffer.byteLength(name);
  // The portal and the name end with a zero; each value has a format and a length.
  let size = 4 + 1 + nameLength + 1 + 2 + 2 + 6 * values.length + TEXT_RESULTS.length;
  const lengths: number[] = [];
  for (const value of values) {
    const length =
      value === null ? 0 : typeof value === 'string' ? Buffer.byteLength(value) : value.length;
    lengths.push(length);
    size += length;
  }
  const buffer = Buffer.allocUnsafe(1 + size + tail + EXECUTE_AND_SYNC.length);
  buffer[0] = BIND;
  let at = buffer.writeInt32BE(size, 1);
  buffer[at++] = 0;
  at += buffer.write(name, at);
  buffer[at++] = 0;
  at = buffer.writeInt16BE(values.length, at);
  for (const value of values) {
    buffer[at++] = 0;
    buffer[at++] = value === null || typeof value === 'string' ? 0 : 1;
  }
  at = buffer.writeInt16BE(values.length, at);
  values.forEach((value, index) => {
    if (value === null) {
      at = buffer.writeInt32BE(-1, at);
      return;
    }
    at = buffer.writeInt32BE(lengths[index] as number, at);
    at += typeof value === 'string' ? buffer.write(value, at) : value.copy(buffer, at);
  });
  at += TEXT_RESULTS.copy(buffer, at);
  if (describes) at += DESCRIBE.copy(buffer, at);
  EXECUTE_AND_SYNC.copy(buffer, at);
  return buffer;
}
