import type { FastifyReply, FastifyRequest, HookHandlerDoneFunction } from 'fastify';
import { ApiError } from '../errors/api-error.ts';
import type { Services } from '../services/services.ts';
import { clientAddress, clientNetwork } from './client-address.ts';
import { createTokenLookUp } from './create-token-look-up.ts';
import { TokenBuckets } from './token-buckets.ts';

/** Client addresses and tokens that are counted at a time. */
const MAX_COUNTED = 10_000;

/**
 * Makes the hook that authenticates the caller and checks rate limits, suspension and role.
 */
export function authentication({
  directory,
  limits,
  log,
}: Pick<Services, 'directory' | 'limits' | 'log'>): (
  request: FastifyRequest,
  reply: FastifyReply,
  done: HookHandlerDoneFunction,
) => void {
  const lookUp = createTokenLookUp(directory);
  const { accountPerMinute, tokenPerMinute, failedLoginsPerMinute } = limits;
  const requests = new TokenBuckets({
    perMinute: tokenPerMinute,
    burst: tokenPerMinute,
    capacity: MAX_COUNTED,
  });
  const accountRequests = new TokenBuckets({
    perMinute: accountPerMinute,
    burst: accountPerMinute,
    capacity: MAX_COUNTED,
  });
  const failures = new TokenBuckets({
    perMinute: failedLoginsPerMinute,
    burst: 2 * failedLoginsPerMinute,
    capacity: MAX_COUNTED,
  });

  /** Limits failed logins only. Valid credentials always pass: see docs/access.md, "Limits". */
  const rejection = (request: FastifyRequest): ApiError => {
    if (request.headers.authorization === undefined) {
      return unauthorized(
        'this operation requires an API token: send Authorization: Bearer TOKEN, or Basic with EMAIL/token:TOKEN',
      );
    }
    if (failedLoginsPerMinute > 0) {
      const address = clientNetwork(clientAddress(request));
      const { allowed, retryAfterSeconds, firstRefusal } = failures.take(address);
      if (firstRefusal)
        log.warn({ address }, 'rate limit reached: too many failed logins from an address');
      if (!allowed) {
        return tooMany(
          'too many failed logins from this address, and these credentials are not valid either',
          retryAfterSeconds,
        );
      }
    }
    return unauthorized('the credentials are not valid');
  };

  return (request, reply, done) => {
    const header = request.headers.authorization;
    const token = header === undefined ? undefined : lookUp(header);
    if (token === undefined) throw rejection(request);
    const { accountId, id: tokenId, role } = token;
    if (tokenPerMinute > 0) {
      const { allowed, remaining, retryAfterSeconds } = requests.take(tokenId);
      reply.header('x-rate-limit', tokenPerMinute);
      reply.header('x-rate-limit-remaining', remaining);
      if (!allowed) {
        throw tooMany(
          `this token is limited to ${tokenPerMinute} requests per minute`,
          retryAfterSeconds,
        );
      }
    }
    if (accountPerMinute > 0) {
      const { allowed, retryAfterSeconds } = accountRequests.take(String(accountId));
      if (!allowed) {
        throw tooMany(
          `this account is limited to ${accountPerMinute} requests per minute`,
          retryAfterSeconds,
        );
      }
    }
    if (directory.account(accountId)?.suspendedAt !== undefined) {
      throw new ApiError(
        'AccountSuspended',
        'this account is suspended; only an operator can resume it',
      );
    }
    if (!request.routeOptions.config.roles?.has(role)) {
      throw new ApiError('Forbidden', `a token with the role ${role} may not call this operation`);
    }
    request.caller = { accountId, tokenId, role };
    done();
  };
}

function unauthorized(message: string): ApiError {
  return new ApiError('Unauthorized', message, {
    headers: { 'www-authenticate': 'Bearer realm="hooktrail", Basic realm="hooktrail"' },
  });
}

function tooMany(message: string, retryAfterSeconds: number): ApiError {
  return new ApiError('TooManyRequests', message, {
    headers: { 'retry-after': String(retryAfterSeconds) },
  });
}
