import type { FastifyReply } from 'fastify';
import { ApiError } from '../errors/api-error.ts';
import type { Limits } from '../services/services.ts';
import { TokenBuckets } from './token-buckets.ts';

/** Accounts and tokens that are counted at a time. */
const MAX_COUNTED = 10_000;

/** Who is counted: an account, and a token or an inbox of it. */
interface Counted {
  readonly accountId: number;
  readonly id: string;
  /** What `id` is, in messages. */
  readonly kind: 'token' | 'inbox';
}

/** Counts the requests of accounts, of tokens and of inboxes, on this node (docs/access.md, "Limits"). */
export class RequestRates {
  readonly #limits: Limits;
  readonly #each: TokenBuckets;
  readonly #accounts: TokenBuckets;

  constructor(limits: Limits) {
    const buckets = (perMinute: number) =>
      new TokenBuckets({ perMinute, burst: perMinute, capacity: MAX_COUNTED });
    this.#limits = limits;
    this.#each = buckets(limits.tokenPerMinute);
    this.#accounts = buckets(limits.accountPerMinute);
  }

  /** @throws ApiError `TooManyRequests` */
  take({ accountId, id, kind }: Counted, reply: FastifyReply): void {
    const { accountPerMinute, tokenPerMinute } = this.#limits;
    if (tokenPerMinute > 0) {
      const { allowed, remaining, retryAfterSeconds } = this.#each.take(id);
      reply.header('x-rate-limit', tokenPerMinute);
      reply.header('x-rate-limit-remaining', remaining);
      if (!allowed) {
        throw tooMany(
          `this ${kind} is limited to ${tokenPerMinute} requests per minute`,
          retryAfterSeconds,
        );
      }
    }
    if (accountPerMinute > 0) {
      const { allowed, retryAfterSeconds } = this.#accounts.take(String(accountId));
      if (!allowed) {
        throw tooMany(
          `this account is limited to ${accountPerMinute} requests per minute`,
          retryAfterSeconds,
        );
      }
    }
  }
}

function tooMany(message: string, retryAfterSeconds: number): ApiError {
  return new ApiError('TooManyRequests', message, {
    headers: { 'retry-after': String(retryAfterSeconds) },
  });
}
