import { expect, it } from 'vitest';
import type { Database } from '../database/database.ts';
import type { Token } from '../model/account.ts';
import { Sessions } from './sessions.ts';

const TOKEN: Token = { id: 'T', accountId: 1, name: 'one', role: 'admin' };

/** Sessions of a node that hears of the token only when it asks for it; and how often it did. */
function createSessions({ stored = true } = {}) {
  const known = new Set<string>();
  let refreshes = 0;
  const run = async ({ name }: { name: string }) =>
    stored && ['read-session', 'delete-session'].includes(name) ? [{ token_id: TOKEN.id }] : [];
  const sessions = new Sessions({
    clock: { now: Date.now },
    database: {
      run,
      transaction: (work: (runner: object) => unknown) => work({ run }),
    } as unknown as Database,
    directory: {
      tokensVersion: 1,
      tokenById: (id) => (known.has(id) ? TOKEN : undefined),
      refreshAccess: async () => {
        refreshes++;
        known.add(TOKEN.id);
      },
    },
    key: Buffer.alloc(32, 1),
  });
  return { sessions, refreshes: () => refreshes };
}

const ACT = { operation: 'test', by: undefined };

it('finds a session whose token was made on another node, before this one hears of it', async () => {
  const { sessions, refreshes } = createSessions();
  const { text } = await sessions.createCode(TOKEN, ACT);
  expect(await sessions.takeCode(text)).toEqual(TOKEN);
  expect(refreshes()).toBe(1);
  const session = createSessions();
  const made = await session.sessions.create(TOKEN, ACT);
  const before = session.refreshes();
  for (let time = 0; time < 3; time++) {
    expect(await session.sessions.find(made.text)).toEqual(TOKEN);
  }
  expect(session.refreshes() - before).toBeLessThanOrEqual(1);
});

it('reloads nothing for a session that has ended', async () => {
  const { sessions, refreshes } = createSessions({ stored: false });
  const { text } = await sessions.create(TOKEN, ACT);
  for (let time = 0; time < 3; time++) expect(await sessions.find(text)).toBeUndefined();
  expect(refreshes()).toBe(0);
});
