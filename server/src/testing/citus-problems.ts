/** The stable and volatile functions and casts that our statements use. */
const MUTABLE =
  /\b(?:now|clock_timestamp|extract|to_timestamp|to_char|date_trunc)\(|(?<![<>]=?\s)\binterval '|\w::delivery_status/;

/** The name of a CTE. */
const STEP = /\b(\w+) as (?:materialized )?\(\s*(?:with|select|insert|update|delete)\b/g;

/** A time that depends on no column: Citus computes it before it forwards the statement. */
const CONSTANT_TIME =
  /(?:date_trunc\('milliseconds', now\(\)\)|now\(\))(?:\s*\+\s*(?:\$\d+(?:::\w+)?|case when \$\d+(?:::\w+)? then \$\d+(?:::\w+)? else 0 end)\s*\* interval '1 millisecond')?|\$\d+::delivery_status/g;

/**
 * Finds what Citus refuses in a statement on a distributed or a reference table, and describes it.
 * Citus forwards statements to the shards, where functions must have the same result everywhere:
 * "returning" and "on conflict" must be immutable; an update may use now(), but not with columns,
 * and not in a case. Adding an interval to a time is not immutable (the time zone), comparing two
 * times is; casting to an enum is not. Expressions in a CTE, or in the select of an insert, may be
 * mutable. A CTE that locks rows must not join another one: Citus reads its result in another format.
 */
export function citusProblems(text: string): string[] {
  const problems: string[] = [];
  const steps = [...text.matchAll(STEP)].map(([, name]) => name);
  const joinsStep = new RegExp(`\\b(?:from|join) (?:${steps.join('|')})\\b`);
  for (const scope of scopesOf(text)) {
    const locks = /^\s*select\b[\s\S]*\bfor update\b/.test(scope);
    if (locks && steps.length > 0 && joinsStep.test(scope.replaceAll(/\(select [^()]*\)/g, ''))) {
      problems.push(`locks rows by those of a step:${scope}`);
    }
    const clause = (pattern: RegExp) => pattern.exec(scope)?.[1] ?? '';
    const returning = clause(/\breturning\b([\s\S]*)$/);
    if (MUTABLE.test(returning)) problems.push(`returning:${returning}`);
    // Of "insert into a select ... from a returning b", Citus takes b for a column of what is read.
    const [, target = '', alias] = /^\s*insert into (\w+)(?: as (\w+))? \(/.exec(scope) ?? [];
    const readsTarget = target !== '' && new RegExp(`\\bfrom ${target}\\b`).test(scope);
    if (readsTarget && returning !== '' && !returning.trim().startsWith(`${alias}.`)) {
      problems.push(`returning without the alias of ${target}:${returning}`);
    }
    const conflict = clause(/\bon conflict\b([\s\S]*?)(?:\breturning\b|$)/);
    if (MUTABLE.test(conflict)) problems.push(`on conflict:${conflict}`);
    const update = clause(/^\s*update\b([\s\S]*?)(?:\breturning\b|$)/);
    if (MUTABLE.test(update.replaceAll(CONSTANT_TIME, ''))) problems.push(`update:${update}`);
    for (const choice of update.match(/\bcase\b[\s\S]*?\bend\b(?!\s*\* interval)/g) ?? []) {
      if (MUTABLE.test(choice.replaceAll(/\$\d+::delivery_status/g, ''))) problems.push(choice);
    }
  }
  return problems;
}

/** The statements in a text: that of each CTE, and the main one. */
function scopesOf(text: string): string[] {
  const scopes: string[] = [];
  let rest = text;
  for (const match of text.matchAll(/\b\w+ as \(\s*(?=with|select|insert|update|delete)/g)) {
    const start = match.index + match[0].length;
    let end = start;
    for (let depth = 1; depth > 0 && end < text.length; end++) {
      if (text[end] === '(') depth++;
      if (text[end] === ')') depth--;
    }
    scopes.push(text.slice(start, end - 1));
    rest = text.slice(end);
  }
  return [...scopes, rest];
}
