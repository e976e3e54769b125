import type { TlsIdentity } from '../addresses/tls-identity.ts';
import type { HeaderList } from './header-list.ts';

/**
 * One request, complete but for what the connection adds: `Host`, `Connection`, `Content-Length`.
 */
export interface HttpRequest {
  /** Scheme, host and port, as `URL.origin` spells them. */
  readonly origin: string;
  /** Path and query. */
  readonly path: string;
  readonly method: string;
  readonly headers: HeaderList;
  readonly body: Buffer | undefined;
  /** The account whose share of look-ups it uses. */
  readonly accountId?: number;
  /** Whose request it is: told with the certificate of the endpoint, if a connection is opened for it. */
  readonly owner?: string;
  /**
   * What it presents to an endpoint that demands a certificate. It uses only connections that were
   * opened with the same one.
   */
  readonly identity?: TlsIdentity | undefined;
  /** Not over a connection that was kept: the endpoint may have closed all of them. */
  readonly newConnection?: boolean;
  /**
   * Asked when a new connection is open, which may take as long as the request may: false ends the
   * exchange before a byte is written.
   */
  readonly mayBegin?: () => boolean;
}
