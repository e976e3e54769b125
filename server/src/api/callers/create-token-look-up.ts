import { createHash } from 'node:crypto';
import type { Directory } from '../../directory/directory.ts';
import type { Token } from '../../model/account.ts';
import { tokenOf } from './token-of.ts';

/** Enough for all clients of a node. An entry holds one header, about a hundred bytes. */
const MAX_CACHED_HEADERS = 1_000;

/** The limit of HOOKTRAIL_BOOTSTRAP_TOKEN; generated tokens are shorter. */
const MAX_TOKEN_LENGTH = 200;

/**
 * Makes the function that finds the token of an `Authorization` header. It caches valid headers,
 * since decoding and hashing is most of the cost of authentication. Invalid headers are not cached,
 * so guesses cannot evict valid ones. Any change of a token or account clears the cache. The map
 * looks headers up by a hash with a secret seed, so its timing reveals nothing about cached
 * headers.
 */
export function createTokenLookUp(directory: Directory): (header: string) => Token | undefined {
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
