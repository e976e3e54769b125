import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const folder = new URL('.', import.meta.url);
const files = readdirSync(folder).filter((name) => /^[\w-]+\.ts$/.test(name));

/** The declarations of a file and the members of its classes and interfaces, each with its line. */
const declared = (lines: readonly string[]) =>
  lines.flatMap((line, at) => {
    const name =
      /^export (?:abstract )?(?:class|interface|type|const) (\w+)/.exec(line) ??
      /^ {2}(?:declare )?(?:readonly )?(\w+|\[Symbol\.\w+\])\??(?:: .*;|[<(].*[;({])$/.exec(line);
    return name ? [{ name: name[1], at }] : [];
  });

/** Whether the lines are inside of an exported class or interface, and not of a function. */
const inside = (lines: readonly string[], at: number): boolean => {
  const head = lines.slice(0, at).findLast((line) => /^\S.*[{(]$/.test(line)) ?? '';
  return /^export (?:abstract )?(?:class|interface)/.test(head);
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
  expect(found).toBeGreaterThan(150);
  expect(bare).toEqual([]);
});
