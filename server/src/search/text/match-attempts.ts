import type { Runner } from '../../database/database.ts';
import { type AttemptKey, readAttemptTexts } from '../../sql/read-attempt-texts.ts';
import { attemptTexts } from '../../words/attempt-texts.ts';
import type { AttemptMatch } from './found.ts';
import { matchTexts } from './match-texts.ts';
import type { TextQuery } from './text-query.ts';

/** Matches that a result shows of all its attempts. */
const MOST_SHOWN = 10;

/** Reads the texts of attempts; resolves to the matches of each invocation with one that matches. */
export async function matchAttempts(
  database: Runner,
  query: TextQuery,
  keys: readonly AttemptKey[],
): Promise<Map<string, AttemptMatch[]>> {
  const matched = new Map<string, AttemptMatch[]>();
  const rows = await database.run(readAttemptTexts, keys);
  rows.sort((one, other) => one.number - other.number);
  for (const row of rows) {
    const matches = matchTexts(attemptTexts(row), query);
    if (matches === undefined) continue;
    const all = matched.get(row.invocation_id) ?? [];
    if (all.length < MOST_SHOWN) {
      all.push(...matches.map((match) => ({ attempt: row.number, ...match })));
    }
    matched.set(row.invocation_id, all);
  }
  return matched;
}
