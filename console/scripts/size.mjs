// Prints the gzipped JavaScript that a browser loads up to the first list, and fails above the limit.
// Needs a build.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const LIMIT = 80 * 1024;

const assets = fileURLToPath(new URL('../dist/assets/', import.meta.url));
const html = readFileSync(fileURLToPath(new URL('../dist/index.html', import.meta.url)), 'utf8');

/** The index names its scripts, and a script names what it imports at once; `import()` comes later. */
const first = new Set([...html.matchAll(/assets\/([\w.-]+\.js)/g)].map(([, name]) => name));
for (const name of first) {
  const text = readFileSync(assets + name, 'utf8');
  for (const [, imported] of text.matchAll(/(?:from|import)\s*["']\.\/([\w.-]+\.js)["']/g)) {
    first.add(imported);
  }
}

let total = 0;
for (const name of first) {
  const bytes = gzipSync(readFileSync(assets + name), { level: 9 }).length;
  total += bytes;
  console.log(`console  ${name.padEnd(40)} ${String(bytes).padStart(7)} bytes gzipped`);
}
const early = gzipSync(readFileSync(assets.replace(/assets\/$/, 'early.js')), { level: 9 }).length;
total += early;
console.log(`console  ${'early.js'.padEnd(40)} ${String(early).padStart(7)} bytes gzipped`);
const verdict = total > LIMIT ? '  too big' : '';
console.log(`console  up to the first list ${`${total} of ${LIMIT} bytes`.padStart(26)}${verdict}`);
if (total > LIMIT) process.exitCode = 1;
