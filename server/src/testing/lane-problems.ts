import { DISTRIBUTED_TABLES } from '../database/citus/citus-tables.ts';

/** The tables with a lane in each row, which a Citus cluster distributes by it. */
export const LANE_TABLES = DISTRIBUTED_TABLES;

/** The name of a lane table. */
export type LaneTable = (typeof LANE_TABLES)[number];

interface Mention {
  readonly table: LaneTable;
  readonly at: number;
}

/** The lane tables that a statement names, without repetition. */
export function laneTablesOf(text: string): LaneTable[] {
  return [...new Set(mentions(text).map(({ table }) => table))].sort();
}

/**
 * Finds where a statement uses a lane table without naming the lane, and describes it. It
 * recognizes the few forms that our statements have, and reports a table in any other form: extend
 * it then, or a statement would pass unchecked.
 *
 * Each table must follow from, join, update, using or into. After into, the lane must be among the
 * columns. Otherwise "lane =" must be in the same pair of parentheses, not in a nested pair, and
 * with the table's alias if it has one: the lane of a joined table is not the lane of this one.
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
      return [`${table} is mentioned in a form that this test does not recognize`];
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

/** The text in the same pair of parentheses as a position, without nested pairs. */
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
