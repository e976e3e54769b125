import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const folder = new URL('.', import.meta.url);

/** The folders that public names come from, and the entry points beside them. */
const PUBLIC = [
  '',
  'errors/',
  'models/',
  'options/',
  'query/',
  'resources/',
  'results/',
  'signing/',
];

const files = PUBLIC.flatMap((name) =>
  readdirSync(new URL(`./${name}`, folder))
    .filter((file) => /^[\w-]+\.ts$/.test(file))
    .map((file) => name + file),
);

/** The declarations of a file and the members of its classes and interfaces, each with its line. */
const declared = (lines: readonly string[]) =>
  lines.flatMap((line, at) => {
    const name =
      /^export (?:abstract )?(?:class|interface|type|const) (\w+)/.exec(line) ??
      /^ {2}(?:declare )?(?:readonly )?(\w+|\[Symbol\.\w+\])\??(?:: .*;|[<(].*[;({])$/.exec(line);
    return name ? [{ name: name[1], at }] : [];
  });

/** Whether a line is inside of an exported class or interface, and not of a function. */
const inside = (lines: readonly string[], at: number): boolean => {
  const before = lines.slice(0, at);
  const head = before.findLastIndex((line) => /^\S.*[{(]$/.test(line));
  const closed = before.slice(head).includes('}');
  return !closed && /^export (?:abstract )?(?:class|interface)/.test(before[head] ?? '');
};

it('every public name has a comment', () => {
  const bare: string[] = [];
  let found = 0;
  for (const file of files) {
    const lines = readFileSync(new URL(file, folder), 'utf8').split('\n');
    for (const { name, at } of declared(lines)) {
      if (lines[at]?.startsWith('  ') && !inside(lines, at)) continue;
      found++;
      if (!lines[at - 1]?.trimEnd().endsWith('*/')) bare.push(`${file}:${at + 1} ${name}`);
    }
  }
  expect(found).toBeGreaterThan(300);
  expect(bare).toEqual([]);
});
