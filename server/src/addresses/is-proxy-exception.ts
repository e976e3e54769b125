import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/**
 * Whether a host is dialled directly: it is one of the names or below one, or an address in one of
 * the CIDR blocks. Names are not looked up for this.
 */
export function isProxyException(hostname: string, exceptions: readonly string[]): boolean {
  const host = hostname.replace(/^\[|\]$|\.$/g, '').toLowerCase();
  const address = isIP(host) === 0 ? undefined : ipaddr.process(host);
  return exceptions.some((exception) => {
    if (!exception.includes('/')) {
      return address === undefined && (host === exception || host.endsWith(`.${exception}`));
    }
    const [network, bits] = ipaddr.parseCIDR(exception);
    return (
      address !== undefined && address.kind() === network.kind() && address.match(network, bits)
    );
  });
}
