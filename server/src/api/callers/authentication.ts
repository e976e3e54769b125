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
    /** Who calls: set on every route under `/api/v2` and `/v1`. */
    caller: Caller;
  }
  interface FastifyContextConfig {
    /** Who may call: set on every route under `/api/v2` and `/v1`. */
    roles?: ReadonlySet<Role>;
  }
}

/** The account that a request acts for, and the token that says so. */
export interface Caller {
  readonly accountId: number;
  readonly tokenId: string;
  readonly role: Role;
}

/** Enough for all clients of a node; each entry is a header of some hundred bytes. */
const REMEMBERED = 1_000;

/** No token is longer: see HOOKTRAIL_BOOTSTRAP_TOKEN. */
const LONGEST_TOKEN = 200;

/** Addresses whose failed logins are counted, and tokens whose requests are. */
const COUNTED = 10_000;

/** Puts the roles of a route where the hook finds them; a route without roles cannot be added. */
export function assignRoles(route: RouteOptions): void {
  const { operationId } = (route.schema ?? {}) as { operationId?: string };
  route.config = { ...route.config, roles: rolesOf(operationId) };
}

/**
 * Makes the function that finds the token of a header. A header that was good before is not decoded
 * and hashed again: that is most of what authentication costs. Only good ones are remembered, so who
 * guesses cannot push others out, and all are forgotten when any token or account changes. The map
 * finds a header by a hash with a seed that nobody outside knows, so its timing helps nobody to guess.
 */
function rememberingTokens(directory: Directory): (header: string) => Token | undefined {
  const remembered = new Map<string, Token>();
  let version = directory.tokensVersion;

  return (header) => {
    if (version !== directory.tokensVersion) {
      version = directory.tokensVersion;
      remembered.clear();
    }
    let token = remembered.get(header);
    if (token !== undefined) return token;
    const secret = tokenOf(header);
    if (secret === undefined || secret.length > LONGEST_TOKEN) return undefined;
    token = directory.tokenByHash(createHash('sha256').update(secret).digest());
    if (token === undefined) return undefined;
    // A map keeps the order of insertion: the first key is the one that was learned first.
    if (remembered.size >= REMEMBERED) {
      const [oldest] = remembered.keys();
      remembered.delete(oldest as string);
    }
    remembered.set(header, token);
    return token;
  };
}

/** Makes the hook that finds out who calls, and refuses who may not. */
export function authentication({
  directory,
  limits,
  log,
}: Pick<Services, 'directory' | 'limits' | 'log'>): (
  request: FastifyRequest,
  reply: FastifyReply,
  done: HookHandlerDoneFunction,
) => void {
  const lookUp = rememberingTokens(directory);
  const { tokenPerMinute, failedLoginsPerMinute } = limits;
  const requests = new TokenBuckets({
    perMinute: tokenPerMinute,
    burst: tokenPerMinute,
    capacity: COUNTED,
  });
  const failures = new TokenBuckets({
    perMinute: failedLoginsPerMinute,
    burst: 2 * failedLoginsPerMinute,
    capacity: COUNTED,
  });

  /** Good credentials pass whatever else comes from their address: see docs/access.md, "Limits". */
  const refuse = (request: FastifyRequest): ApiError => {
    if (request.headers.authorization === undefined) {
      return unauthorized(
        'this operation needs an API token: Authorization: Bearer TOKEN, or Basic with EMAIL/token:TOKEN',
      );
    }
    if (failedLoginsPerMinute > 0) {
      const address = clientNetwork(clientAddress(request));
      const { allowed, retryAfterSeconds, firstRefusal } = failures.take(address);
      if (firstRefusal) log.warn({ address }, 'too many wrong credentials from an address');
      if (!allowed) {
        return tooMany(
          'too many wrong credentials came from this address, and these are wrong too',
          retryAfterSeconds,
        );
      }
    }
    return unauthorized('the credentials are not valid');
  };

  return (request, reply, done) => {
    const header = request.headers.authorization;
    const token = header === undefined ? undefined : lookUp(header);
    if (token === undefined) throw refuse(request);
    const { accountId, id: tokenId, role } = token;
    if (tokenPerMinute > 0) {
      const { allowed, remaining, retryAfterSeconds } = requests.take(tokenId);
      reply.header('x-rate-limit', tokenPerMinute);
      reply.header('x-rate-limit-remaining', remaining);
      if (!allowed) {
        throw tooMany(`this token may make ${tokenPerMinute} requests a minute`, retryAfterSeconds);
      }
    }
    if (directory.account(accountId)?.suspendedAt !== undefined) {
      throw new ApiError('AccountSuspended', 'this account is suspended');
    }
    if (!request.routeOptions.config.roles?.has(role)) {
      throw new ApiError('Forbidden', `a token with the role ${role} may not do this`);
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
