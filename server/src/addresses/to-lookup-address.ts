import type { LookupAddress } from 'node:dns';
import { isIP } from 'node:net';

/** An address in the form that `net.connect` expects from a look-up. */
export function toLookupAddress(address: string): LookupAddress {
  return { address, family: isIP(address) };
}
