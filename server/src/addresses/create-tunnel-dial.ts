import { connect, isIP, type LookupFunction } from 'node:net';
import type { EgressProxy } from '../model/egress-proxy.ts';
import { AddressRefused } from './address-refused.ts';
import type { AddressRules } from './address-rules.ts';
import type { NameResolver } from './create-name-resolver.ts';
import type { Dial, Dialled } from './dialled.ts';
import { TCP_OPTIONS } from './tcp-options.ts';
import type { TlsClient } from './tls-client.ts';
import { Tunnel } from './tunnel.ts';

interface Parts {
  readonly rules: AddressRules;
  readonly resolve: NameResolver;
  readonly proxy: EgressProxy;
  readonly tls: TlsClient;
}

/**
 * How long the proxy is not asked because the look-up of a name takes. Where the machine has no DNS
 * for names outside, each new connection waits this long at most.
 */
const LOOK_UP_MS = 1_000;

/**
 * Opens connections through an HTTP proxy, with CONNECT for https and http alike: a proxy that
 * forwarded http requests would read and rewrite them. TLS is with the endpoint, inside the tunnel.
 *
 * The rules hold for what the endpoint names: its port, and its host where that is an address. A
 * name is looked up here too, and is refused if any of its addresses is: the proxy may pick that one.
 * But the proxy looks the name up again. If this look-up fails or takes long, the proxy decides
 * alone. It has to refuse private addresses itself (docs/addresses.md).
 *
 * The address of the proxy is the operator's, so no rule concerns it.
 */
export function createTunnelDial({ rules, resolve, proxy, tls }: Parts): Dial {
  const lookupOfProxy: LookupFunction = (hostname, options, callback) => {
    resolve(hostname).then(
      (addresses) => {
        const [first] = addresses;
        if (options.all === true || first === undefined) callback(null, [...addresses]);
        else callback(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, []),
    );
  };

  async function refusalOf(hostname: string, accountId?: number): Promise<Error | undefined> {
    if (isIP(hostname.replace(/^\[|\]$/g, '')) !== 0) return undefined;
    const addresses = await withinTime(resolve(hostname, accountId));
    const refused = addresses
      .map(({ address }) => address)
      .filter((address) => rules.refusal(address) !== undefined);
    return refused.length === 0 ? undefined : new AddressRefused(rules.refusalOfAll(refused));
  }

  return (origin, read, { accountId, identity } = {}) => {
    const refused = rules.originRefusal(origin);
    if (refused !== undefined) throw new AddressRefused(refused);
    const secure = origin.protocol === 'https:';
    const target = `${origin.hostname}:${origin.port || (secure ? 443 : 80)}`;
    const socket = connect({
      ...TCP_OPTIONS,
      host: proxy.host,
      port: proxy.port,
      lookup: lookupOfProxy,
    });
    const tunnel = new Tunnel({
      socket,
      head: connectHead(target, proxy.authorization),
      refused: refusalOf(origin.hostname, accountId),
      onOpen(rest) {
        if (!secure) {
          socket.on('data', read).emit('tunnel');
          if (rest.length > 0) read(rest);
          return;
        }
        socket.pause();
        if (rest.length > 0) socket.unshift(rest);
        const inside = tls.connect({ socket }, origin, identity);
        inside.on('data', read);
        const dialled: Dialled = { socket: inside, opens: 'secureConnect' };
        socket.emit('tunnel', dialled);
      },
    });
    return { socket, opens: 'tunnel', looksUp: isIP(proxy.host) === 0, tunnel };
  };
}

function connectHead(target: string, authorization: string | undefined): string {
  const credentials =
    authorization === undefined ? '' : `Proxy-Authorization: ${authorization}\r\n`;
  return `CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n${credentials}\r\n`;
}

/** No addresses, if the look-up fails or takes too long. */
function withinTime<Found>(lookUp: Promise<readonly Found[]>): Promise<readonly Found[]> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, LOOK_UP_MS, []);
    const done = (found: readonly Found[]): void => {
      clearTimeout(timer);
      resolve(found);
    };
    lookUp.then(done, () => done([]));
  });
}
