import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { APART, HOUSE } from './house.ts';
import { importsOf } from './imports-of.ts';
import { layerProblems, type Tree } from './layer-problems.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The sources as they are in the working tree, new files included. */
function readTree(): { imports: Map<string, ReadonlySet<string>>; exports: Tree['exports'] } {
  const listed = execFileSync(
    'git',
    [
      'ls-files',
      '-z',
      '--cached',
      '--others',
      '--exclude-standard',
      '*/src/*.ts',
      '*/src/*.tsx',
      '*/src/*.mjs',
    ],
    { cwd: root, encoding: 'utf8' },
  );
  const deleted = execFileSync('git', ['ls-files', '-z', '--deleted'], {
    cwd: root,
    encoding: 'utf8',
  }).split('\0');
  const files = listed.split('\0').filter((file) => file !== '' && !deleted.includes(file));
  return {
    imports: new Map(
      files.map((file) => [file, importsOf(file, readFileSync(`${root}/${file}`, 'utf8'))]),
    ),
    exports: new Map(
      HOUSE.map(({ name }) => {
        const text = readFileSync(`${root}/${name}/package.json`, 'utf8');
        const { exports = {} } = JSON.parse(text) as { exports?: object };
        return [name, Object.keys(exports)];
      }),
    ),
  };
}

const tree = readTree();
const problems = (changed: Tree) => layerProblems(changed, HOUSE, APART);

/** The tree with one more import in a file. */
function planted(file: string, source: string): Tree {
  const imports = new Map(tree.imports);
  imports.set(file, new Set([...(imports.get(file) ?? []), ...importsOf(file, source)]));
  return { ...tree, imports };
}

describe('the layers', () => {
  it('hold in every workspace', () => {
    expect(tree.imports.size).toBeGreaterThan(600);
    expect(problems(tree)).toEqual([]);
  });

  it.each([
    [
      'an upward import',
      'server/src/sql/next-due.ts',
      "import { Directory } from '../directory/directory.ts';",
      /next-due\.ts imports server\/src\/directory\/directory\.ts: an upward import/,
    ],
    [
      'an upward import of a type',
      'server/src/trail/page.ts',
      "import type { Services } from '../api/services/services.ts';",
      /page\.ts imports server\/src\/api\/services\/services\.ts: an upward import/,
    ],
    [
      'an upward import inside a type',
      'server/src/gates/parking.ts',
      "type Claims = typeof import('../deliver/create-delivery.ts');",
      /parking\.ts imports server\/src\/deliver\/create-delivery\.ts: an upward import/,
    ],
    [
      'an upward import at run time',
      'server/src/model/ids.ts',
      "await import('../node.ts');",
      /ids\.ts imports server\/src\/node\.ts: an upward import/,
    ],
    [
      'an upward re-export',
      'server/src/model/ids.ts',
      "export * from '../database/query.ts';",
      /ids\.ts imports server\/src\/database\/query\.ts: an upward import/,
    ],
    [
      'a circle within a folder',
      'server/src/model/rules.ts',
      "import type { Profile } from './profiles.ts';",
      /a circle: .*model\/rules\.ts/,
    ],
    [
      'a resource that imports another',
      'server/src/api/webhooks/webhooks.ts',
      "import { tokens } from '../tokens/tokens.ts';",
      /side by side/,
    ],
    [
      "a path into another workspace's inside",
      'sdk/src/client.ts',
      "import { newId } from '../../server/src/model/ids.ts';",
      /another workspace's inside/,
    ],
    [
      'a module that a package does not export',
      'demo/src/run-demo.ts',
      "import { startNode } from '@hooktrail/server/dist/node.js';",
      /not among the exports/,
    ],
    [
      'a workspace that is not to be used',
      'sdk/src/client.ts',
      "import '@hooktrail/server/main';",
      /sdk may not use server/,
    ],
    [
      'support for tests in a program',
      'server/src/main.ts',
      "import { eventually } from './testing/test-api.ts';",
      /an upward import/,
    ],
    [
      'a test in a program',
      'server/src/main.ts',
      "import './process.test.ts';",
      /process\.test\.ts: a test/,
    ],
    ['a folder in no floor', 'server/src/misc/new.ts', '', /in no floor/],
    ['a workspace in no list', 'other/src/new.ts', '', /not in tests\/house\.ts/],
  ])('fail on %s', (_what, file, source, expected) => {
    expect(problems(planted(file, source))).toEqual([expect.stringMatching(expected)]);
  });
});

describe('importsOf', () => {
  it('finds every kind of import, and no text that only looks like one', () => {
    const source = `
      import a, { type B } from './a.ts';
      import type { C } from './c.ts';
      import './d.ts';
      export { e } from './e.ts';
      export * from './f.ts';
      type G = import('./g.ts').G;
      const h = await import('./h.ts');
      vi.mock('./i.ts', async (original) => original<typeof import('./j.ts')>());
      const k = import.meta.resolve('@hooktrail/server/main');
      // import './l.ts';
      const m = "import './m.ts'";
      path.resolve('./n.ts');
    `;
    expect([...importsOf('x.ts', source)].sort()).toEqual([
      ...['./a.ts', './c.ts', './d.ts', './e.ts', './f.ts', './g.ts', './h.ts', './i.ts', './j.ts'],
      '@hooktrail/server/main',
    ]);
  });

  it('refuses what it cannot read', () => {
    expect(() => importsOf('x.ts', 'import {')).toThrow('x.ts');
  });
});
