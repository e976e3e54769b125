import type { FastifyRequest } from 'fastify';
import ipaddr from 'ipaddr.js';

/** The client's address in one spelling: an IPv4 address in the clothes of IPv6 is an IPv4 address. */
export function clientAddress(request: Pick<FastifyRequest, 'ip' | 'socket'>): string {
  // `ip` may come from a header of a proxy, and then be anything.
  const text = ipaddr.isValid(request.ip) ? request.ip : request.socket.remoteAddress;
  return text !== undefined && ipaddr.isValid(text) ? ipaddr.process(text).toString() : 'unknown';
}

/** What counts as one client: whoever has one address of IPv6 has a /64 of them. */
export function clientNetwork(address: string): string {
  if (!address.includes(':')) return address;
  const { parts } = ipaddr.IPv6.parse(address);
  return `${parts
    .slice(0, 4)
    .map((part) => part.toString(16))
    .join(':')}::/64`;
}
