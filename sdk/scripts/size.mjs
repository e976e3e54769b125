// Prints the size of each entry point in a bundle, and fails when one exceeds its limit.
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const KB = 1024;

// Small enough for a browser or a worker, with room for readable code and helpful error messages.
const LIMITS = [
  { entry: 'index.ts', minified: 12 * KB, gzipped: 5 * KB },
  { entry: 'signature.ts', minified: 2 * KB, gzipped: KB },
  { entry: 'standard-webhooks.ts', minified: 3 * KB, gzipped: 1.5 * KB },
  { entry: 'hooktrail.ts', minified: 36 * KB, gzipped: 14 * KB },
  { entry: 'query.ts', minified: 17 * KB, gzipped: 7.5 * KB },
];

const measure = async (entry) => {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(`../src/${entry}`, import.meta.url))],
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'neutral',
    write: false,
  });
  const { contents } = outputFiles[0];
  return { minified: contents.length, gzipped: gzipSync(contents, { level: 9 }).length };
};

const cell = (bytes, limit) => `${bytes} of ${limit} bytes`.padStart(22);

for (const { entry, ...limits } of LIMITS) {
  const sizes = await measure(entry);
  const exceeded = Object.keys(limits).filter((kind) => sizes[kind] > limits[kind]);
  console.log(
    entry.padEnd(14),
    ...Object.keys(limits).map((kind) => `${kind} ${cell(sizes[kind], limits[kind])}`),
    exceeded.length > 0 ? `  too big: ${exceeded.join(', ')}` : '',
  );
  if (exceeded.length > 0) process.exitCode = 1;
}
