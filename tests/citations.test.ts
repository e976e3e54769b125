import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** A page, and perhaps one of its sections: `docs/attempts.md` or `spec/contract.md, "List attempts"`. */
interface Citation {
  readonly page: string;
  readonly section: string | undefined;
}

/** What a text cites. A citation may run over the lines of a comment. */
function citationsIn(text: string): Citation[] {
  const joined = text.replace(/\n[ \t]*(?:\*|\/\/|#|--|>)?[ \t]*/g, ' ');
  const cited = /(?<![\w./-])((?:docs|spec)\/[\w/-]+\.md)(?:, "([^"]+)")?/g;
  return [...joined.matchAll(cited)].map(([, page, section]) => ({
    page: page as string,
    section,
  }));
}

/** The titles of a page's sections, without numbers and remarks: `## 4. Errors (*ours*)` is "Errors". */
function sectionsOf(page: string): string[] {
  return [...page.matchAll(/^#+ (.*)$/gm)].map(([, title]) =>
    (title as string)
      .replace(/^\d+\. /, '')
      .replace(/ \(.*\)$/, '')
      .replace(/[*`]/g, ''),
  );
}

function listed(...patterns: string[]): string[] {
  return execFileSync('git', ['ls-files', '-z', '--cached', '--others', ...patterns], {
    cwd: root,
    encoding: 'utf8',
  })
    .split('\0')
    .filter((file) => file !== '' && existsSync(`${root}/${file}`));
}

const read = (file: string) => readFileSync(`${root}/${file}`, 'utf8');

const files = listed(
  '--exclude-standard',
  '*.ts',
  '*.mjs',
  '*.sh',
  '*.sql',
  '*.md',
  '.ci/run',
).filter((file) => file !== 'tests/citations.test.ts');

describe('citations', () => {
  it('name pages and sections that exist', () => {
    const wrong: string[] = [];
    let checked = 0;
    for (const file of files) {
      for (const { page, section } of citationsIn(read(file))) {
        checked++;
        if (!existsSync(`${root}/${page}`)) wrong.push(`${file}: there is no ${page}`);
        else if (section !== undefined && !sectionsOf(read(page)).includes(section)) {
          wrong.push(`${file}: ${page} has no section "${section}"`);
        }
      }
    }
    expect(wrong).toEqual([]);
    expect(checked).toBeGreaterThan(50);
  });

  it('name no document that the project does not have', () => {
    const outside = /\bcontract §|\(design\b|\(issue\b|\bshared\/\w+\.md/;
    const wrong = files.flatMap((file) =>
      read(file)
        .split('\n')
        .flatMap((line, at) => (outside.test(line) ? [`${file}:${at + 1}: ${line.trim()}`] : [])),
    );
    expect(wrong).toEqual([]);
  });

  it.each([
    ['see docs/attempts.md.', [{ page: 'docs/attempts.md', section: undefined }]],
    [
      '/**\n * (spec/contract.md,\n * "List attempts")\n */',
      [{ page: 'spec/contract.md', section: 'List attempts' }],
    ],
    [
      '// spec/contract.md, "The\n// outbound request"',
      [{ page: 'spec/contract.md', section: 'The outbound request' }],
    ],
    ['../docs/attempts.md is a link', []],
  ])('are found in %j', (text, expected) => {
    expect(citationsIn(text)).toEqual(expected);
  });
});

describe('links', () => {
  /** The anchor of a heading, as GitHub makes it. */
  function anchorOf(title: string): string {
    return title
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-');
  }

  it('of all pages lead to files and headings that exist', () => {
    const wrong: string[] = [];
    for (const file of listed('--exclude-standard', '*.md')) {
      const text = read(file).replace(/^```[\s\S]*?^```/gm, '');
      for (const [, link] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
        if (link === undefined || /^[a-z]+:/.test(link)) continue;
        const [path = '', anchor] = link.split('#');
        const url =
          path === '' ? new URL(`file://${root}${file}`) : new URL(path, `file://${root}${file}`);
        const target = fileURLToPath(url);
        if (!existsSync(target)) {
          wrong.push(`${file}: ${link}`);
        } else if (anchor !== undefined && target.endsWith('.md')) {
          const titles = [...readFileSync(target, 'utf8').matchAll(/^#+ (.*)$/gm)];
          if (!titles.some(([, title]) => anchorOf(title as string) === anchor)) {
            wrong.push(`${file}: ${link}`);
          }
        }
      }
    }
    expect(wrong).toEqual([]);
  });
});

describe('commands', () => {
  it('of all pages say that what they send is JSON: curl says that it is a form', () => {
    const wrong: string[] = [];
    let checked = 0;
    for (const file of listed('--exclude-standard', '*.md')) {
      const text = read(file).replaceAll('\\\n', ' ');
      for (const [command] of text.matchAll(/\bcurl .*/g)) {
        if (!/ (?:-d|--data\S*) /.test(command) || / (?:-\w*G|--get) /.test(command)) continue;
        checked++;
        if (!/content-type: /i.test(command)) wrong.push(`${file}: ${command}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(checked).toBeGreaterThan(10);
  });
});
