import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Database } from '../database/database.ts';
import type { Token } from '../model/account.ts';
import type { Act } from '../model/act.ts';
import type { Clock } from '../model/clock.ts';
import { firstIdAt, idTimeMs, isId, newId } from '../model/ids.ts';
import { HOUR_MS, MINUTE_MS } from '../model/time-units.ts';
import { deleteExcessSessions } from '../sql/delete-excess-sessions.ts';
import { deleteOldSessions } from '../sql/delete-old-sessions.ts';
import { deleteSession } from '../sql/delete-session.ts';
import { insertSession } from '../sql/insert-session.ts';
import { notify } from '../sql/notify.ts';
import { readSession } from '../sql/read-session.ts';
import { writeAudit } from './audit/write-audit.ts';
import type { DirectoryCache } from './create-directory.ts';

interface Parts {
  readonly clock: Clock;
  readonly database: Database;
  readonly directory: Pick<DirectoryCache, 'refreshAccess' | 'tokenById' | 'tokensVersion'>;
  /** Key of the MAC of cookies and codes, the same on every node. */
  readonly key: Uint8Array;
}

type Kind = 'session' | 'code';

/** A working day: somebody who signs in in the morning is not asked again before the evening. */
const SESSION_MS = 12 * HOUR_MS;

const CODE_MS = 15 * MINUTE_MS;

/** Of one token, of either kind. Beyond it the oldest ends. */
const MAX_OF_TOKEN = 100;

/** Expired rows that one sign-in deletes: more than it adds, so that they do not pile up. */
const DELETED_AT_ONCE = 1_000;

/** Sessions that are remembered between requests; each takes some 200 bytes. */
const MAX_CACHED = 10_000;

/** Something made: the text to hand out, and until when it is valid. */
export interface Made {
  readonly text: string;
  readonly expiresAtMs: number;
}

/**
 * Sessions of browsers, and codes that sign in once: rows in the database, so that every node knows
 * them. What a browser holds is the id of the row and a MAC: a forged text never reaches the database. A
 * node remembers what it looked up until a token, an account or a session changes, which notifies all
 * nodes.
 */
export class Sessions {
  readonly #parts: Parts;
  readonly #tokenIds = new Map<string, string | undefined>();
  #version = -1;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Whether we made this text as a session, valid or not any more. */
  isOurs(text: string): boolean {
    return this.#idOf('session', text) !== undefined;
  }

  /** When a session of ours ends, in milliseconds since 1970. */
  expiresAtMs(text: string): number {
    return idTimeMs(text.slice(0, ID_LENGTH)) + SESSION_MS;
  }

  /** The token that signed in; undefined when the session has ended, or its token is gone. */
  async find(text: string): Promise<Token | undefined> {
    const { clock, database, directory } = this.#parts;
    const id = this.#idOf('session', text);
    if (id === undefined || clock.now() >= idTimeMs(id) + SESSION_MS) return undefined;
    if (this.#version !== directory.tokensVersion) {
      this.#version = directory.tokensVersion;
      this.#tokenIds.clear();
    }
    if (!this.#tokenIds.has(id)) {
      const version = this.#version;
      const [row] = await database.run(readSession, id);
      // A change while we read: the row may be older than it.
      if (version !== directory.tokensVersion || version !== this.#version) {
        return row && this.#tokenOf(row.token_id);
      }
      if (this.#tokenIds.size >= MAX_CACHED) {
        const [oldest] = this.#tokenIds.keys();
        this.#tokenIds.delete(oldest as string);
      }
      this.#tokenIds.set(id, row?.token_id);
    }
    const tokenId = this.#tokenIds.get(id);
    return tokenId === undefined ? undefined : this.#tokenOf(tokenId);
  }

  /** Begins a session of a token, and records that. */
  create(token: Token, act: Act): Promise<Made> {
    return this.#make('session', token, act);
  }

  /** Makes a code that begins one session of a token. */
  createCode(token: Token, act?: Act): Promise<Made> {
    return this.#make('code', token, act);
  }

  /** Takes a code: the token that it was made for, once. */
  async takeCode(text: string): Promise<Token | undefined> {
    const { clock, database } = this.#parts;
    const id = this.#idOf('code', text);
    if (id === undefined || clock.now() >= idTimeMs(id) + CODE_MS) return undefined;
    const [row] = await database.run(deleteSession, { id, isCode: true });
    return row && this.#tokenOf(row.token_id);
  }

  /** Ends a session on every node; this one refuses it when the promise resolves. */
  async end(text: string, token: Token, act: Act): Promise<void> {
    const { clock, database, directory } = this.#parts;
    const id = this.#idOf('session', text);
    if (id === undefined) return;
    await database.transaction(async (runner) => {
      const ended = await runner.run(deleteSession, { id, isCode: false });
      if (ended.length === 0) return;
      await writeAudit(runner, clock, { ...about(token, act), before: { session: 'made' } });
      await runner.run(notify, { channel: 'hooktrail_access', payload: '' });
    });
    await directory.refreshAccess();
  }

  /** The token of a stored session or code. It may have been made on another node just now. */
  async #tokenOf(tokenId: string): Promise<Token | undefined> {
    const { directory } = this.#parts;
    if (directory.tokenById(tokenId) === undefined) await directory.refreshAccess();
    return directory.tokenById(tokenId);
  }

  async #make(kind: Kind, token: Token, act: Act | undefined): Promise<Made> {
    const { clock, database, directory } = this.#parts;
    const nowMs = clock.now();
    const id = newId(nowMs);
    const isCode = kind === 'code';
    const excess = await database.transaction(async (runner) => {
      await runner.run(deleteOldSessions, {
        firstKept: firstIdAt(nowMs - SESSION_MS),
        limit: DELETED_AT_ONCE,
      });
      const kept = MAX_OF_TOKEN - 1;
      const deleted = await runner.run(deleteExcessSessions, { tokenId: token.id, isCode, kept });
      await runner.run(insertSession, { id, tokenId: token.id, isCode });
      if (act !== undefined) {
        await writeAudit(runner, clock, { ...about(token, act), after: { [kind]: 'made' } });
      }
      if (deleted.length > 0 && !isCode) {
        await runner.run(notify, { channel: 'hooktrail_access', payload: '' });
      }
      return deleted.length > 0 && !isCode;
    });
    if (excess) await directory.refreshAccess();
    const expiresAtMs = idTimeMs(id) + (isCode ? CODE_MS : SESSION_MS);
    return { text: id + this.#mac(kind, id), expiresAtMs };
  }

  #idOf(kind: Kind, text: string): string | undefined {
    const id = text.slice(0, ID_LENGTH);
    if (!isId(id)) return undefined;
    const given = Buffer.from(text.slice(ID_LENGTH));
    const right = Buffer.from(this.#mac(kind, id));
    return given.length === right.length && timingSafeEqual(given, right) ? id : undefined;
  }

  #mac(kind: Kind, id: string): string {
    return createHmac('sha256', this.#parts.key).update(`${kind} ${id}`).digest('base64url');
  }
}

const ID_LENGTH = 26;

function about(token: Token, act: Act) {
  return { accountId: token.accountId, act, targetType: 'token', targetId: token.id } as const;
}
