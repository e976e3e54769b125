import { writeId } from '../model/ids.ts';

/**
 * Array parameters in PostgreSQL's binary format. The driver sends a Buffer as a binary parameter,
 * so neither side quotes, escapes or parses the elements of the hot statements.
 */
const OID = { int2: 21, int4: 23, int8: 20, text: 25, bytea: 17, bool: 16, uuid: 2950 } as const;
const TIMESTAMPTZ = 1184;
const HEADER = 20;
const EPOCH_2000_MS = 946_684_800_000;
const TWO_32 = 4_294_967_296;

function allocate(oid: number, count: number, hasNull: boolean, size: number): Buffer {
  if (count === 0) {
    const empty = Buffer.alloc(12);
    empty.writeInt32BE(oid, 8);
    return empty;
  }
  const buffer = Buffer.allocUnsafe(HEADER + size);
  buffer.writeInt32BE(1, 0); // dimensions
  buffer.writeInt32BE(hasNull ? 1 : 0, 4);
  buffer.writeInt32BE(oid, 8);
  buffer.writeInt32BE(count, 12);
  buffer.writeInt32BE(1, 16); // lower bound
  return buffer;
}

function fixed<T>(
  oid: number,
  width: number,
  write: (buffer: Buffer, value: T, offset: number) => void,
): (values: readonly (T | null)[]) => Buffer {
  return (values) => {
    // By index: in code that sees many kinds of arrays, each step of for-of allocates an object.
    let nulls = 0;
    for (let index = 0; index < values.length; index++) if (values[index] === null) nulls++;
    const size = values.length * (4 + width) - nulls * width;
    const buffer = allocate(oid, values.length, nulls > 0, size);
    let offset = HEADER;
    for (let index = 0; index < values.length; index++) {
      const value = values[index] as T | null;
      if (value === null) {
        buffer.writeInt32BE(-1, offset);
        offset += 4;
        continue;
      }
      buffer.writeInt32BE(width, offset);
      write(buffer, value, offset + 4);
      offset += 4 + width;
    }
    return buffer;
  };
}

function writeInt64(buffer: Buffer, value: number, offset: number): void {
  buffer.writeInt32BE(Math.floor(value / TWO_32), offset);
  buffer.writeUInt32BE(value >>> 0, offset + 4);
}

/** `smallint[]` */
export const int2Array = fixed<number>(OID.int2, 2, (buffer, value, offset) => {
  buffer.writeInt16BE(value, offset);
});

/** `integer[]` */
export const int4Array = fixed<number>(OID.int4, 4, (buffer, value, offset) => {
  buffer.writeInt32BE(value, offset);
});

/** `bigint[]`, of safe integers. */
export const int8Array = fixed<number>(OID.int8, 8, writeInt64);

/** `boolean[]` */
export const boolArray = fixed<boolean>(OID.bool, 1, (buffer, value, offset) => {
  buffer[offset] = value ? 1 : 0;
});

/** `uuid[]`, of ids. */
export const idArray = fixed<string>(OID.uuid, 16, (buffer, value, offset) => {
  writeId(value, buffer, offset);
});

/** `timestamptz[]`, of milliseconds since 1970. */
export const timeArray = fixed<number>(TIMESTAMPTZ, 8, (buffer, value, offset) => {
  writeInt64(buffer, (value - EPOCH_2000_MS) * 1000, offset);
});

/** `timestamptz[]`, of microseconds since 1970. */
export const timeUsArray = fixed<number>(TIMESTAMPTZ, 8, (buffer, value, offset) => {
  writeInt64(buffer, value - EPOCH_2000_MS * 1000, offset);
});

/** `text[]`; no element may hold U+0000, which PostgreSQL cannot store. */
export function textArray(values: readonly (string | null)[]): Buffer {
  let size = 0;
  let hasNull = false;
  for (const value of values) {
    if (value === null) hasNull = true;
    else size += Buffer.byteLength(value);
    size += 4;
  }
  const buffer = allocate(OID.text, values.length, hasNull, size);
  let offset = HEADER;
  for (const value of values) {
    if (value === null) {
      buffer.writeInt32BE(-1, offset);
      offset += 4;
      continue;
    }
    const length = buffer.write(value, offset + 4);
    buffer.writeInt32BE(length, offset);
    offset += 4 + length;
  }
  return buffer;
}

/** `bytea[]` */
export function bytesArray(values: readonly (Uint8Array | null)[]): Buffer {
  let size = 0;
  let hasNull = false;
  for (const value of values) {
    if (value === null) hasNull = true;
    else size += value.length;
    size += 4;
  }
  const buffer = allocate(OID.bytea, values.length, hasNull, size);
  let offset = HEADER;
  for (const value of values) {
    if (value === null) {
      buffer.writeInt32BE(-1, offset);
      offset += 4;
      continue;
    }
    buffer.writeInt32BE(value.length, offset);
    buffer.set(value, offset + 4);
    offset += 4 + value.length;
  }
  return buffer;
}
