import type { LookupAddress } from 'node:dns';
import { isIP } from 'node:net';

/** An address as `net.connect` wants it from a look-up. */
export function toLookupAddress(address: string): LookupAddress {
  return { address, family: isIP(address) };
}
