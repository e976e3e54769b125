import type { LookupFunction } from 'node:net';
import { buildConnector } from 'undici';
import type { AddressRules } from './address-rules.ts';
import type { NameResolver } from './create-name-resolver.ts';

/** No address of an endpoint may be dialled, or not its port. */
export class AddressRefused extends Error {
  readonly code = 'ADDRESS_REFUSED';
}

/** Of a name with many addresses; more would not be tried within the time of a request. */
const MOST_DIALLED = 8;

/**
 * How long one address of several may take before the next is tried. Node's 250 ms gives up on
 * endpoints that are a slow satellite link away; after 1 s a lost packet has not been sent again yet.
 */
const ATTEMPT_MS = 1_000;

/**
 * Makes connections for deliveries. The rules are asked about the addresses that are dialled, in
 * the one look-up that the connection uses: between check and dial no second answer of DNS can come.
 * Of several addresses only those are dialled that no rule is against.
 */
export function createDial(
  rules: AddressRules,
  resolve: NameResolver,
  timeLimitMs: number,
): buildConnector.connector {
  const guardedLookup: LookupFunction = (hostname, options, callback) => {
    resolve(hostname).then(
      (addresses) => {
        const open = addresses.filter(({ address }) => rules.refusal(address) === undefined);
        const first = open[0];
        if (first === undefined) {
          const refused = rules.refusalOfAll(addresses.map(({ address }) => address));
          return callback(new AddressRefused(refused), []);
        }
        if (options.all === true) return callback(null, open.slice(0, MOST_DIALLED));
        return callback(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, []),
    );
  };

  const connect = buildConnector({
    timeout: timeLimitMs,
    lookup: guardedLookup,
    autoSelectFamilyAttemptTimeout: ATTEMPT_MS,
    // A certificate must be that of the endpoint's name; never to be switched off.
    rejectUnauthorized: true,
  } as buildConnector.BuildOptions);

  return (options, callback) => {
    // No look-up is made for a host that is an address already, and none is needed for a port.
    const refused = rules.originRefusal(options);
    if (refused !== undefined) {
      queueMicrotask(() => callback(new AddressRefused(refused), null));
      return;
    }
    // A trailing dot says that the name is complete; no certificate has it.
    const { hostname } = options;
    const servername = hostname.endsWith('.') ? hostname.slice(0, -1) : options.servername;
    connect({ ...options, ...(servername !== undefined && { servername }) }, callback);
  };
}
