import { type LookupAddress, type LookupOptions, lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { buildConnector } from 'undici';
import type { AddressRules } from './address-rules.ts';

/** No address of an endpoint may be dialled. */
export class AddressRefused extends Error {
  readonly code = 'ADDRESS_REFUSED';
}

type LookedUp = (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void;

/** Who waits for the answer about a name. */
const asking = new Map<string, LookedUp[]>();

/**
 * Asks about a name once, for all who ask while there is no answer. Look-ups share a few threads: the
 * sixty-four requests that a webhook may have under way must not take all of them when its name
 * server is silent.
 */
function lookUpOnce(hostname: string, options: LookupOptions, callback: LookedUp): void {
  const key = `${options.family ?? 0} ${options.hints ?? 0} ${hostname}`;
  const others = asking.get(key);
  if (others !== undefined) {
    others.push(callback);
    return;
  }
  asking.set(key, [callback]);
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    const waiting = asking.get(key) ?? [];
    asking.delete(key);
    for (const answer of waiting) answer(error, addresses);
  });
}

/**
 * Makes connections for deliveries. The rules are asked about the addresses that are dialled, in
 * the one look-up that the connection uses: between check and dial no second answer of DNS can come.
 */
export function createDial(rules: AddressRules, timeLimitMs: number): buildConnector.connector {
  function refusalOf(addresses: readonly LookupAddress[]): AddressRefused {
    const reasons = addresses.map(({ address }) => rules.refusal(address));
    return new AddressRefused(`${reasons.join(', ')}; see HOOKTRAIL_ALLOWED_NETWORKS`);
  }

  const guardedLookup: LookupFunction = (hostname, options, callback) => {
    lookUpOnce(hostname, options as LookupOptions, (error, addresses) => {
      if (error !== null) return callback(error, []);
      const open = addresses.filter(({ address }) => rules.refusal(address) === undefined);
      const first = open[0];
      if (first === undefined) return callback(refusalOf(addresses), []);
      if (options.all === true) return callback(null, open);
      return callback(null, first.address, first.family);
    });
  };

  const connect = buildConnector({
    timeout: timeLimitMs,
    lookup: guardedLookup,
    // A certificate must be that of the endpoint's name; never to be switched off.
    rejectUnauthorized: true,
  } as buildConnector.BuildOptions);

  return (options, callback) => {
    // The look-up is not asked about a host that is an address already.
    const host = options.hostname.replace(/^\[|\]$/g, '');
    if (isIP(host) !== 0 && rules.refusal(host) !== undefined) {
      const address = { address: host, family: isIP(host) };
      queueMicrotask(() => callback(refusalOf([address]), null));
      return;
    }
    connect(options, callback);
  };
}
