import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { Token } from '../directory/account.ts';
import type { Directory } from '../directory/directory.ts';
import { ApiError } from './api-error.ts';
import { tokenOf } from './credentials.ts';
import { mayCall } from './permissions.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who calls: set on every route under `/api/v2` and `/v1`. */
    caller: Caller;
  }
}

/** The account that a request acts for, and the token that says so. */
export interface Caller {
  readonly accountId: number;
  readonly tokenId: string;
}

/** Enough for all clients of a node; each entry is a header of some hundred bytes. */
const REMEMBERED = 1_000;

/**
 * Makes the hook that finds out who calls. A header that was good before is not decoded and hashed
 * again: that is most of what authentication costs. Only good ones are remembered, so who guesses
 * cannot push others out, and all are forgotten when any token changes.
 */
export function authentication(
  directory: Directory,
): (request: FastifyRequest) => Promise<void> | void {
  const remembered = new Map<string, Token>();
  let version = directory.tokensVersion;

  const lookUp = (header: string): Token | undefined => {
    if (version !== directory.tokensVersion) {
      version = directory.tokensVersion;
      remembered.clear();
    }
    let token = remembered.get(header);
    if (token !== undefined) return token;
    const secret = tokenOf(header);
    if (secret === undefined) return undefined;
    token = directory.tokenByHash(createHash('sha256').update(secret).digest('hex'));
    if (token === undefined) return undefined;
    // A map keeps the order of insertion: the first key is the one that was learned first.
    if (remembered.size >= REMEMBERED) {
      const [oldest] = remembered.keys();
      remembered.delete(oldest as string);
    }
    remembered.set(header, token);
    return token;
  };

  return async (request) => {
    const header = request.headers.authorization;
    const token = header === undefined ? undefined : lookUp(header);
    if (token === undefined) {
      throw new ApiError(
        'Unauthorized',
        header === undefined
          ? 'this operation needs an API token: Authorization: Bearer TOKEN, or Basic with EMAIL/token:TOKEN'
          : 'the credentials are not valid',
        { headers: { 'www-authenticate': 'Bearer realm="hooktrail", Basic realm="hooktrail"' } },
      );
    }
    const url = request.routeOptions.url ?? '';
    if (!mayCall(token.role, request.method, url)) {
      throw new ApiError('Forbidden', `a token with the role ${token.role} may not do this`);
    }
    request.caller = { accountId: token.accountId, tokenId: token.id };
  };
}
