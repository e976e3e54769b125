import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest, HookHandlerDoneFunction, RouteOptions } from 'fastify';
import type { Directory } from '../../directory/directory.ts';
import type { Role, Token } from '../../model/account.ts';
import { ApiError } from '../errors/api-error.ts';
import type { Services } from '../services/services.ts';
import { clientAddress, clientNetwork } from './client-address.ts';
import { tokenOf } from './credentials.ts';
import { rolesOf } from './permissions.ts';
import { TokenBuckets } from './token-buckets.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The caller. Set on every route under `/api/v2` and `/v1`. */
    caller: Caller;
  }
  interface FastifyContextConfig {
    /** The roles that may call. Set on every route under `/api/v2` and `/v1`. */
    roles?: ReadonlySet<Role>;
  }
}

/** The account, token and role that a request authenticates as. */
export interface Caller {
  readonly accountId: number;
  readonly tokenId: string;
  readonly role: Role;
}

/** Enough for all clients of a node. An entry holds one header, about a hundred bytes. */
const MAX_CACHED_HEADERS = 1_000;

/** The limit of HOOKTRAIL_BOOTSTRAP_TOKEN; generated tokens are shorter. */
const MAX_TOKEN_LENGTH = 200;

/** Client addresses and tokens that are counted at a time. */
const MAX_COUNTED = 10_000;

/** Attaches to a route the roles that may call it. Throws for a route that has none. */
export function assignRoles(route: RouteOptions): void {
  const { operationId } = (route.schema ?? {}) as { operationId?: string };
  route.config = { ...route.config, roles: rolesOf(operationId) };
}

/**
 * Makes the function that finds the token of an `Authorization` header. It caches valid headers,
 * since decoding and hashing is most of the cost of authentication. Invalid headers are not cached,
 * so guesses cannot evict valid ones. Any change of a token or account clears the cache. The map
 * looks headers up by a hash with a secret seed, so its timing reveals nothing about cached
 * headers.
 */
function cachedTokenLookUp(directory: Directory): (header: string) => Token | undefined {
  const cached = new Map<string, Token>();
  let version = directory.tokensVersion;

  return (header) => {
    if (version !== directory.tokensVersion) {
      version = directory.tokensVersion;
      cached.clear();
    }
    let token = cached.get(header);
    if (token !== undefined) return token;
    const secret = tokenOf(header);
    if (secret === undefined || secret.length > MAX_TOKEN_LENGTH) return undefined;
    token = directory.tokenByHash(createHash('sha256').update(secret).digest());
    if (token === undefined) return undefined;
    // A map keeps insertion order: its first key is the oldest entry.
    if (cached.size >= MAX_CACHED_HEADERS) {
      const [oldest] = cached.keys();
      cached.delete(oldest as string);
    }
    cached.set(header, token);
    return token;
  };
}

/** Makes the hook that authenticates the caller and checks rate limits, suspension and role. */
export function authentication({
  directory,
  limits,
  log,
}: Pick<Services, 'directory' | 'limits' | 'log'>): (
  request: FastifyRequest,
  reply: FastifyReply,
  done: HookHandlerDoneFunction,
) => void {
  const lookUp = cachedTokenLookUp(directory);
  const { tokenPerMinute, failedLoginsPerMinute } = limits;
  const requests = new TokenBuckets({
    perMinute: tokenPerMinute,
    burst: tokenPerMinute,
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
