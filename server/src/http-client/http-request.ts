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
  /** Not over a connection that was kept: the endpoint may have closed all of them. */
  readonly newConnection?: boolean;
}
