import { DISTRIBUTED_TABLES } from '../database/citus/citus-tables.ts';

/** The tables whose rows carry a lane: the same that a Citus cluster cuts into shards by it. */
export const LANE_TABLES = DISTRIBUTED_TABLES;

/** One of them. */
export type LaneTable = (typeof LANE_TABLES)[number];

interface Mention {
  readonly table: LaneTable;
  readonly at: number;
}

/** The lane tables that a statement names, each once. */
export function laneTablesOf(text: string): LaneTable[] {
  return [...new Set(mentions(text).map(({ table }) => table))].sort();
}

/**
 * Where a statement touches a lane table without naming the lane, in words. It knows the few forms that
 * our statements have, and a mention of a table in any other form is a problem too: better to teach it a
 * form than to let a statement pass unread.
 *
 * Each table must stand behind from, join, update, using or into. Behind into, the lane must be among the
 * columns. Otherwise "lane =" must stand in the same pair of parentheses, not in a pair within it, and
 * with the table's alias where it has one: the lane of a neighbour is not the lane of the table.
 */
export function laneProblems(text: string): string[] {
  return mentions(text).flatMap(({ table, at }) => {
    const before = /(\w+)\s+$/.exec(text.slice(0, at))?.[1];
    const after = text.slice(at + table.length);
    if (before === 'into') {
      const columns = /^(?:\s+as\s+\w+)?\s*\(([^)]*)\)/.exec(after)?.[1] ?? '';
      return /\blane\b/.test(columns) ? [] : [`insert into ${table}: no column lane`];
    }
    if (!/^(from|join|update|using)$/.test(before ?? '')) {
      return [`${table} is mentioned in a form that this test does not know`];
    }
    const [, alias = table] =
      /^\s+(?:as\s+)?(?!(?:where|set|on|using|join|order)\b)([a-z]\w*)/.exec(after) ?? [];
    const lane =
      alias === table ? String.raw`(?:${table}\.|(?<![\w.]))lane` : String.raw`\b${alias}\.lane`;
    const named = new RegExp(String.raw`${lane}\s*=|=\s*${lane}\b`).test(scopeOf(text, at));
    return named ? [] : [`${before} ${table}: no condition on its lane`];
  });
}

function mentions(text: string): Mention[] {
  const found = text.matchAll(
    new RegExp(String.raw`(?<![\w.])(${LANE_TABLES.join('|')})(?![\w.])`, 'g'),
  );
  return [...found].map((match) => ({ table: match[1] as LaneTable, at: match.index }));
}

/** What stands in the same pair of parentheses as a place, without the pairs within it. */
function scopeOf(text: string, at: number): string {
  let start = at;
  for (let depth = 0; start > 0; start--) {
    const character = text[start - 1];
    if (character === ')') depth++;
    if (character === '(' && depth-- === 0) break;
  }
  let scope = '';
  for (let index = start, depth = 0; index < text.length && depth >= 0; index++) {
    const character = text[index];
    if (character === '(') depth++;
    if (depth === 0 && character !== ')') scope += character;
    if (character === ')') depth--;
  }
  return scope;
}
