import type { Runner } from '../../database/database.ts';
import { inFamily } from '../../sql/parts/in-family.ts';
import type { Family } from '../../sql/parts/trail-family.ts';
import { type AttemptKey, readAttemptTexts } from '../../sql/read-attempt-texts.ts';
import { attemptTexts } from '../../words/attempt-texts.ts';
import type { AttemptMatch } from './found.ts';
import { matchTexts } from './match-texts.ts';
import { archivedPosition } from './search-position.ts';
import type { TextQuery } from './text-query.ts';

/** Matches that a result shows of all its attempts. */
const MOST_SHOWN = 10;

/**
 * Reads the texts of attempts; resolves to the matches of each invocation with one that matches, by its
 * id. An archived one is named by its position.
 */
export async function matchAttempts(
  database: Runner,
  query: TextQuery,
  keys: readonly AttemptKey[],
  family: Family = 'local',
): Promise<Map<string, AttemptMatch[]>> {
  const matched = new Map<string, AttemptMatch[]>();
  const rows = await database.run(inFamily(readAttemptTexts, family), keys);
  rows.sort((one, other) => one.number - other.number);
  for (const row of rows) {
    const matches = matchTexts(attemptTexts(row), query);
    if (matches === undefined) continue;
    const { invocation_id: id, webhook_id: webhookId } = row;
    const name = webhookId === undefined ? id : archivedPosition(id, webhookId);
    const all = matched.get(name) ?? [];
    if (all.length < MOST_SHOWN) {
      all.push(...matches.map((match) => ({ attempt: row.number, ...match })));
    }
    matched.set(name, all);
  }
  return matched;
}
