// Prints what the package costs in a bundle, and fails when it costs more than it may.
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const KB = 1024;
const LIMITS = [
  { entry: 'index.ts', minified: 10 * KB, gzipped: 4 * KB },
  { entry: 'signature.ts', minified: 1.5 * KB, gzipped: KB },
  { entry: 'hooktrail.ts', minified: 10 * KB, gzipped: 4.5 * KB },
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
  const tooBig = Object.keys(limits).filter((kind) => sizes[kind] > limits[kind]);
  console.log(
    entry.padEnd(14),
    ...Object.keys(limits).map((kind) => `${kind} ${cell(sizes[kind], limits[kind])}`),
    tooBig.length > 0 ? `  too big: ${tooBig.join(', ')}` : '',
  );
  if (tooBig.length > 0) process.exitCode = 1;
}
