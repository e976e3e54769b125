import ipaddr from 'ipaddr.js';

/** Says which addresses deliveries may reach. */
export interface AddressRules {
  /** Why an address is refused, or undefined when it may be dialled. */
  refusal(address: string): string | undefined;
}

/**
 * Only public unicast addresses may be dialled, and the networks of HOOKTRAIL_ALLOWED_NETWORKS.
 * An IPv4 address in IPv6 clothes is judged as what it is.
 */
export function createAddressRules(allowedNetworks: readonly string[]): AddressRules {
  const allowed = allowedNetworks.map((network) => ipaddr.parseCIDR(network));
  return {
    refusal(address) {
      const parsed = ipaddr.process(address);
      const range = parsed.range();
      if (range === 'unicast') return undefined;
      const opened = allowed.some(
        ([network, bits]) => network.kind() === parsed.kind() && parsed.match(network, bits),
      );
      return opened ? undefined : `${parsed.toString()} is a ${range} address`;
    },
  };
}
