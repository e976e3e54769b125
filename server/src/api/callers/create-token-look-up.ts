import type { Directory } from '../../directory/directory.ts';
import type { Token } from '../../model/account.ts';
import { tokenHash } from '../../secrets/token-hash.ts';
import { tokenOf } from './token-of.ts';

/** Enough for all clients of a node. An entry holds one header, about a hundred bytes. */
const MAX_CACHED_HEADERS = 1_000;

/** The limit of HOOKTRAIL_BOOTSTRAP_TOKEN; generated tokens are shorter. */
const MAX_TOKEN_LENGTH = 200;

/** Finds the token of an `Authorization` header. */
export interface TokenLookUp {
  /** The token, if this process knows it. */
  known(header: string): Token | undefined;
  /** Asks the database for one that is unknown here; undefined where there is none. */
  learn(header: string): Promise<Token | undefined>;
}

/**
 * Makes the look-up of tokens. It caches valid headers, since decoding and hashing is most of the cost
 * of authentication. Invalid headers are not cached, so guesses cannot evict valid ones. Any change of a
 * token or account clears the cache. The map looks headers up by a hash with a secret seed, so its
 * timing reveals nothing about cached headers.
 */
export function createTokenLookUp(
  directory: Pick<Directory, 'learnSecret' | 'tokenByHash' | 'tokensVersion'>,
): TokenLookUp {
  const cached = new Map<string, Token>();
  let version = directory.tokensVersion;

  const known = (header: string): Token | undefined => {
    if (version !== directory.tokensVersion) {
      version = directory.tokensVersion;
      cached.clear();
    }
    let token = cached.get(header);
    if (token !== undefined) return token;
    const hash = hashOf(header);
    token = hash && directory.tokenByHash(hash);
    if (token === undefined) return undefined;
    // A map keeps insertion order: its first key is the oldest entry.
    if (cached.size >= MAX_CACHED_HEADERS) {
      const [oldest] = cached.keys();
      cached.delete(oldest as string);
    }
    cached.set(header, token);
    return token;
  };

  return {
    known,
    async learn(header) {
      const hash = hashOf(header);
      return hash !== undefined && (await directory.learnSecret(hash)) ? known(header) : undefined;
    },
  };
}

function hashOf(header: string): Buffer | undefined {
  const secret = tokenOf(header);
  return secret === undefined || secret.length > MAX_TOKEN_LENGTH ? undefined : tokenHash(secret);
}
