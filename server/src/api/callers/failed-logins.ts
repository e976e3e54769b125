import type { FastifyRequest } from 'fastify';
import { ApiError } from '../errors/api-error.ts';
import type { Services } from '../services/services.ts';
import { clientAddress, clientNetwork } from './client-address.ts';
import { TokenBuckets } from './token-buckets.ts';

/** Client addresses that are counted at a time. */
const MAX_COUNTED = 10_000;

/**
 * Counts wrong credentials by client address: tokens, sessions and codes together. Valid credentials
 * always pass: see docs/access.md, "Limits".
 */
export class FailedLogins {
  readonly #perMinute: number;
  readonly #log: Services['log'];
  readonly #buckets: TokenBuckets;

  constructor({ limits, log }: Pick<Services, 'limits' | 'log'>) {
    this.#perMinute = limits.failedLoginsPerMinute;
    this.#log = log;
    this.#buckets = new TokenBuckets({
      perMinute: this.#perMinute,
      burst: 2 * this.#perMinute,
      capacity: MAX_COUNTED,
    });
  }

  /** Counts one. Returns the refusal of an address that had too many, otherwise undefined. */
  count(request: Pick<FastifyRequest, 'ip' | 'socket'>): ApiError | undefined {
    if (this.#perMinute === 0) return undefined;
    const address = clientNetwork(clientAddress(request));
    const { allowed, retryAfterSeconds, firstRefusal } = this.#buckets.take(address);
    if (firstRefusal) {
      this.#log.warn({ address }, 'rate limit reached: too many failed logins from an address');
    }
    if (allowed) return undefined;
    return new ApiError(
      'TooManyRequests',
      'too many failed logins from this address, and these credentials are not valid either',
      { headers: { 'retry-after': String(retryAfterSeconds) } },
    );
  }
}
