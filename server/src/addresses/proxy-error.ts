/**
 * A proxy did not make a tunnel.
 *
 * - `PROXY_UNUSABLE`: it would not have made any. Nothing that an endpoint does leads here.
 * - `PROXY_REFUSED`: it did not make this one. An endpoint that is away or not allowed leads here, so
 *   the outcome counts: an invocation that never counts never ends.
 */
export class ProxyError extends Error {
  readonly code: 'PROXY_UNUSABLE' | 'PROXY_REFUSED';

  constructor(code: ProxyError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
