import { idFromUuid, uuidFromId } from '../model/ids.ts';

const LAST = 2n ** 128n - 1n;

/** The next (or previous) id in order; the last and the first return themselves. */
export function nextId(id: string, step: 1 | -1): string {
  const value = BigInt(`0x${uuidFromId(id).replaceAll('-', '')}`) + BigInt(step);
  if (value < 0n || value > LAST) return id;
  const hex = value.toString(16).padStart(32, '0');
  return idFromUuid(hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'));
}
