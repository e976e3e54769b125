import type { Database } from '../../database/database.ts';
import type { Turns } from '../../shares/turns.ts';

/**
 * The connections of jobs for one account: its statements and transactions take turns with those of other
 * accounts, however many jobs each of them has. A transaction is one turn: what it does beside its runner
 * would wait for a turn of its own.
 */
export function takeTurns(database: Database, turns: Turns, accountId: number): Database {
  async function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    await new Promise<void>((begin) => turns.enter(accountId, begin));
    try {
      return await work();
    } finally {
      turns.leave(accountId);
    }
  }
  return {
    run: (query, params) => inTurn(() => database.run(query, params)),
    transaction: (work) => inTurn(() => database.transaction(work)),
    close: () => database.close(),
  };
}
