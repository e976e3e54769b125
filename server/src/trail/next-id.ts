import { idFromUuid, uuidFromId } from '../model/ids.ts';

const LAST = 2n ** 128n - 1n;

/** The id some steps further (or back) in order; what would lie outside returns the id itself. */
export function nextId(id: string, step: number): string {
  const value = BigInt(`0x${uuidFromId(id).replaceAll('-', '')}`) + BigInt(step);
  if (value < 0n || value > LAST) return id;
  const hex = value.toString(16).padStart(32, '0');
  return idFromUuid(hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'));
}
