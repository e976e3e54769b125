import type { Database } from '../database/database.ts';
import type { Query } from '../database/query.ts';

/** A scan of a table or partition that was executed. */
export interface Scan {
  readonly type: string;
  readonly relation: string;
  readonly index: string | undefined;
  /** The condition of the index search; absent when the whole index is read. */
  readonly condition: string | undefined;
  /** Rows that it read, also those that it discarded. */
  readonly rows: number;
  /** How often it was started. */
  readonly loops: number;
}

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Index Cond'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Rows Removed by Index Recheck'?: number;
  readonly Plans?: readonly PlanNode[];
}

const statement = (name: string, text: string): Query<void, Record<string, unknown>> => ({
  name,
  text,
  values: () => [],
});

let made = 0;

/**
 * Runs a statement as the server does, prepared and with a generic plan, and rolls it back.
 * Resolves to the scans that were executed; partitions that the plan contains but did not visit are
 * not among them.
 */
export async function explain<Params, Row>(
  database: Database,
  { text, values }: Query<Params, Row>,
  params: Params,
): Promise<Scan[]> {
  const name = `explained_${++made}`;
  const literals: string[] = [];
  for (const [index, value] of values(params).entries()) {
    const type = new RegExp(`\\$${index + 1}::([a-z0-9]+(?:\\[\\])?)`).exec(text)?.[1];
    literals.push(await literal(database, value, type));
  }
  const scans: Scan[] = [];
  const undone = new Error('undone');
  await database
    .transaction(async (runner) => {
      await runner.run(statement(`${name}_prepare`, `prepare ${name} as ${text}`), undefined);
      const execute = literals.length === 0 ? name : `${name}(${literals.join(', ')})`;
      const [row] = await runner.run(
        statement(`${name}_run`, `explain (analyze, format json) execute ${execute}`),
        undefined,
      );
      await runner.run(statement(`${name}_deallocate`, `deallocate ${name}`), undefined);
      for (const { Plan: plan } of (row?.['QUERY PLAN'] ?? []) as { Plan: PlanNode }[]) {
        collect(plan, scans);
      }
      throw undone;
    })
    .catch((error: unknown) => {
      if (error !== undone) throw error;
    });
  return scans;
}

/** Writes a value as an SQL literal; PostgreSQL itself decodes binary arrays. */
async function literal(
  database: Database,
  value: unknown,
  type: string | undefined,
): Promise<string> {
  let spelt = value;
  if (value instanceof Date) spelt = value.toISOString();
  else if (Array.isArray(value)) spelt = `{${value.map((one) => JSON.stringify(one)).join()}}`;
  else if (Buffer.isBuffer(value) && type === undefined) spelt = `\\x${value.toString('hex')}`;
  else if (Buffer.isBuffer(value)) {
    const spell: Query<Buffer, { text: string }> = {
      name: `spell-${type}`,
      text: `select $1::${type}::text as text`,
      values: (array) => [array],
    };
    const [row] = await database.run(spell, value);
    spelt = row?.text;
  }
  return spelt === null ? 'null' : `'${String(spelt).replaceAll("'", "''")}'`;
}

function collect(node: PlanNode, scans: Scan[]): void {
  const relation = node['Relation Name'];
  const loops = node['Actual Loops'];
  if (relation !== undefined && node['Node Type'].endsWith('Scan') && loops > 0) {
    const each =
      node['Actual Rows'] +
      (node['Rows Removed by Filter'] ?? 0) +
      (node['Rows Removed by Index Recheck'] ?? 0);
    scans.push({
      type: node['Node Type'],
      relation,
      index: node['Index Name'],
      condition: node['Index Cond'],
      rows: Math.round(each * loops),
      loops,
    });
  }
  for (const child of node.Plans ?? []) collect(child, scans);
}
