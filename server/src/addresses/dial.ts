import { connect, isIP, type LookupFunction, type TcpNetConnectOpts } from 'node:net';
import type { EgressProxy } from '../model/egress-proxy.ts';
import { AddressRefused } from './address-refused.ts';
import type { AddressRules } from './address-rules.ts';
import type { NameResolver } from './create-name-resolver.ts';
import { createTunnelDial } from './create-tunnel-dial.ts';
import type { Dial } from './dialled.ts';
import { isProxyException } from './is-proxy-exception.ts';
import { TCP_OPTIONS } from './tcp-options.ts';
import { TlsClient } from './tls-client.ts';

/** Addresses of one name; there is no time in a request to try more. */
const MOST_DIALLED = 8;

/** All connections receive into this one buffer; each read is consumed before the next. */
const RECEIVED = Buffer.allocUnsafeSlow(64 * 1024);

/**
 * Opens connections for deliveries. The rules check the addresses that are dialled, in the one
 * look-up that the connection uses, so no second DNS answer can come between check and dial. Of
 * several addresses only the allowed ones are dialled.
 *
 * @param proxy Where all connections go through, except those to its exceptions. It looks names up
 * again, so what the rules can check is less: see createTunnelDial.
 */
export function createDial(rules: AddressRules, resolve: NameResolver, proxy?: EgressProxy): Dial {
  const tls = new TlsClient();

  const guardedLookup =
    (accountId: number | undefined): LookupFunction =>
    (hostname, options, callback) => {
      resolve(hostname, accountId).then(
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

  const direct: Dial = (origin, read, dialledFor) => {
    // `lookup` is not called for a host that is already an address, and a port needs none.
    const refused = rules.originRefusal(origin);
    if (refused !== undefined) throw new AddressRefused(refused);
    const secure = origin.protocol === 'https:';
    const host = origin.hostname.replace(/^\[|\]$/g, '');
    const looksUp = isIP(host) === 0;
    const options: TcpNetConnectOpts = {
      ...TCP_OPTIONS,
      host,
      port: Number(origin.port || (secure ? 443 : 80)),
      lookup: guardedLookup(dialledFor?.accountId),
      onread: {
        buffer: RECEIVED,
        callback(length, bytes) {
          read(bytes.subarray(0, length) as Buffer);
          return true;
        },
      },
    };
    if (!secure) return { socket: connect(options), opens: 'connect', looksUp };
    const socket = tls.connect(options, origin, dialledFor?.identity);
    return { socket, opens: 'secureConnect', looksUp };
  };

  if (proxy === undefined) return direct;
  const tunnelled = createTunnelDial({ rules, resolve, proxy, tls });
  return (origin, read, dialledFor) => {
    const isException = isProxyException(origin.hostname, proxy.exceptions);
    return (isException ? direct : tunnelled)(origin, read, dialledFor);
  };
}
