import { isIP } from 'node:net';
import { isLoopbackName } from '../../addresses/loopback-name.ts';

/**
 * Whether a `Host` header has an address, or a name that no DNS server answers for. A page in a browser can have its
 * own name resolved to 127.0.0.1 and read what is there as its own (DNS rebinding); its `Host` is that name.
 */
export function namesLoopback(host: string): boolean {
  const name = host.replace(/:\d{0,5}$/, '');
  const address = /^\[(.+)\]$/.exec(name)?.[1] ?? name;
  return isIP(address) !== 0 || isLoopbackName(name);
}
