/** A table after the words that tables follow in our statements (`lane-problems.ts`). */
const TABLE = /\b(from|join|update|into|using)(\s+)([a-z_]+?)(_\d{8})?(?![\w(.])/g;

/**
 * Makes the text of a statement one on the tables of a shard, which are tables of their own on the machine
 * that has it. Returns undefined if it names a partition that the shard does not have.
 *
 * @param names What the tables and their partitions are called there. Other names are of steps of the
 * statement, and stay.
 */
export function onShard(text: string, names: ReadonlyMap<string, string>): string | undefined {
  let isWhole = true;
  const changed = text.replace(
    TABLE,
    (mention, word: string, space: string, table: string, day: string | undefined) => {
      if (!names.has(table)) return mention;
      const name = names.get(`${table}${day ?? ''}`);
      if (name === undefined) isWhole = false;
      return `${word}${space}${name}`;
    },
  );
  return isWhole ? changed : undefined;
}
