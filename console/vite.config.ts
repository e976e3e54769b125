import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The node to develop against. */
const NODE = process.env['HOOKTRAIL_URL'] ?? 'http://127.0.0.1:4400';

/** Below this an answer fits in one packet whether it is compressed or not. */
const SMALLEST = 1_000;

const COMPRESSIBLE = /\.(html|js|css|svg)$/;

/** Writes FILE.br and FILE.gz beside each built file: nodes send them as they are. */
function precompress(): Plugin {
  let folder = '';
  return {
    name: 'hooktrail:precompress',
    apply: 'build',
    configResolved({ root, build }) {
      folder = join(root, build.outDir);
    },
    async closeBundle() {
      const names = await readdir(folder, { recursive: true });
      for (const name of names.filter((each) => COMPRESSIBLE.test(each))) {
        const path = join(folder, name);
        const content = await readFile(path);
        if (content.length < SMALLEST) continue;
        const quality = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
        await writeFile(
          `${path}.br`,
          await promisify(brotliCompress)(content, { params: quality }),
        );
        await writeFile(`${path}.gz`, await promisify(gzip)(content, { level: 9 }));
      }
    },
  };
}

/**
 * V8 compiles all functions of the first file while the file comes, on another thread. Otherwise it would compile the
 * 530 that the first rows call one by one as they are called: 40 ms of the main thread. Other browsers skip the
 * comment, and V8 does where anything is before it.
 */
function compileFirst(): Plugin {
  return {
    name: 'hooktrail:compile-first',
    apply: 'build',
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        for (const file of Object.values(bundle)) {
          if (file.type !== 'chunk' || !file.isEntry) continue;
          file.code = `//# allFunctionsCalledOnLoad\n${file.code}`;
        }
      },
    },
  };
}

export default defineConfig({
  root: source('.'),
  base: '/console/',
  resolve: {
    // The source, not the build: one change of the SDK shows at once.
    alias: [
      { find: /^@hooktrail\/sdk$/, replacement: source('../sdk/src/index.ts') },
      { find: /^@hooktrail\/sdk\/(.*)$/, replacement: `${source('../sdk/src/')}$1.ts` },
    ],
  },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    target: 'es2022',
    // A small file as a data URL would be refused by the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 400,
    rolldownOptions: {
      output: {
        // One file: a browser asks for six at once, and those of the first screen were more.
        codeSplitting: { groups: [{ name: 'first', tags: ['$initial'] }] },
      },
    },
  },
  plugins: [compileFirst(), precompress()],
  preview: { proxy: { '/v1': NODE, '/api': NODE, '/healthz': NODE, '/readyz': NODE } },
  server: {
    proxy: { '/v1': NODE, '/api': NODE, '/healthz': NODE, '/readyz': NODE },
  },
});
