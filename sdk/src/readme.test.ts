import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Hooktrail } from './hooktrail.ts';
import * as sdk from './index.ts';
import * as query from './query.ts';
import * as signature from './signature.ts';
import * as standardWebhooks from './standard-webhooks.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const tsc = join(
  dirname(createRequire(import.meta.url).resolve('typescript/package.json')),
  'bin',
  'tsc',
);
const readme = () => readFile(join(root, 'README.md'), 'utf8');

const compile = async (blocks: readonly string[]) => {
  // Below the package, so that the compiler finds its types and those of Node.
  const folder = await mkdtemp(join(root, '.readme-'));
  try {
    await Promise.all(
      blocks.map((block, at) => writeFile(join(folder, `block-${at + 1}.ts`), block)),
    );
    await writeFile(
      join(folder, 'tsconfig.json'),
      JSON.stringify({
        extends: '../../tsconfig.base.json',
        compilerOptions: {
          lib: ['es2023', 'dom', 'dom.iterable'],
          types: ['node'],
          noEmit: true,
          noUnusedLocals: false,
          composite: false,
          declaration: false,
          allowImportingTsExtensions: true,
          rewriteRelativeImportExtensions: false,
          rootDir: '../..',
          paths: {
            '@hooktrail/sdk': ['../src/index.ts'],
            '@hooktrail/sdk/*': ['../src/*.ts'],
          },
        },
        include: ['*.ts'],
      }),
    );
    const run = promisify(execFile)(process.execPath, [tsc, '-p', folder]);
    return await run.then(
      () => '',
      (error: { stdout: string }) => error.stdout,
    );
  } finally {
    await rm(folder, { recursive: true });
  }
};

describe('the README', () => {
  it('has code that compiles', async () => {
    const blocks = [...(await readme()).matchAll(/^```ts\n(.*?)^```$/gms)].map(
      ([, block]) => `${block}\nexport {};\n`,
    );
    expect(blocks.length).toBeGreaterThan(10);
    expect(await compile(blocks)).toBe('');
  });

  it('fails on code that does not compile', async () => {
    const wrong = "import { Zendesk } from '@hooktrail/sdk';\nnew Zendesk({ nothing: 1 });\n";
    expect(await compile([wrong])).toContain('nothing');
  });

  it('names every export, method and environment variable', async () => {
    const text = await readme();
    const hooktrail = new Hooktrail();
    const names = [
      ...Object.keys(sdk),
      ...Object.keys(query),
      ...Object.keys(signature),
      ...Object.keys(standardWebhooks),
      // Every operation, such as `tokens.create`.
      ...Object.entries(hooktrail).flatMap(([resource, operations]) =>
        Object.keys(operations).map((operation) => `${resource}.${operation}`),
      ),
      'Hooktrail',
      'ZENDESK_SUBDOMAIN',
      'ZENDESK_BASE_URL',
      'ZENDESK_USERNAME',
      'ZENDESK_PASSWORD',
      'ZENDESK_EMAIL',
      'ZENDESK_API_TOKEN',
      'ZENDESK_ACCESS_TOKEN',
    ];
    expect(names.filter((name) => !text.includes(name))).toEqual([]);
  });
});
