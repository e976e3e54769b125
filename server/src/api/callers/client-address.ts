import type { FastifyRequest } from 'fastify';
import ipaddr from 'ipaddr.js';

/** The client's address, normalised: an IPv4-mapped IPv6 address becomes IPv4. */
export function clientAddress(request: Pick<FastifyRequest, 'ip' | 'socket'>): string {
  // `ip` may come from a proxy's header, which can hold any text.
  const text = ipaddr.isValid(request.ip) ? request.ip : request.socket.remoteAddress;
  return text !== undefined && ipaddr.isValid(text) ? ipaddr.process(text).toString() : 'unknown';
}

/**
 * What failed logins are counted by: an IPv4 address, or the /64 that an IPv6 client usually owns.
 */
export function clientNetwork(address: string): string {
  if (!address.includes(':')) return address;
  const { parts } = ipaddr.IPv6.parse(address);
  return `${parts
    .slice(0, 4)
    .map((part) => part.toString(16))
    .join(':')}::/64`;
}
