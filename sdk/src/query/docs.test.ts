import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { QUERY_FIELDS } from './fields.ts';
import { parseQuery } from './parse-query.ts';
import { printQuery } from './print-query.ts';
import { readQuery } from './read-query.ts';

const PAGE = '../../../docs/query.md';
const page = readFileSync(new URL(PAGE, import.meta.url), 'utf8');

const code = (text: string) => `\`${text}\``;

const table = (head: readonly string[], rows: readonly (readonly string[])[]) =>
  [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n')
    .replaceAll('| --- ', '|---')
    .replaceAll('--- |', '---|');

const fields = table(
  ['Field', 'Matches', 'Examples'],
  QUERY_FIELDS.map(({ name, meaning, examples }) => [
    code(name),
    meaning,
    examples.map(code).join(', '),
  ]),
);

const lists = QUERY_FIELDS.flatMap(({ name, values }) =>
  values
    ? [
        `### ${name}\n\n${table(
          ['Value', 'Meaning'],
          Object.entries(values).map(([value, meaning]) => [code(value), meaning]),
        )}`,
      ]
    : [],
).join('\n\n');

/** The page with its generated parts. */
const generated = Object.entries({ fields, lists }).reduce(
  (text, [name, part]) =>
    text.replace(
      new RegExp(`<!-- ${name} -->[^]*?<!-- end -->`),
      () => `<!-- ${name} -->\n${part}\n<!-- end -->`,
    ),
  page,
);

const blocks = (language: string) =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm'))].map(
    ([, block]) => block as string,
  );

describe('docs/query.md', () => {
  it('has the tables of fields and closed lists', async () => {
    expect(page).toContain('<!-- lists -->');
    await expect(generated).toMatchFileSnapshot(PAGE);
  });

  it('has examples that parse and are canonical', () => {
    const lines = blocks('query').flatMap((block) => block.trim().split('\n'));
    expect(lines.length).toBeGreaterThan(12);
    for (const line of lines) expect(printQuery(parseQuery(line))).toBe(line);
  });

  it('has JSON that is canonical', () => {
    const forms = blocks('json').map((block) => JSON.parse(block));
    expect(forms.length).toBeGreaterThan(0);
    for (const form of forms) expect(readQuery(form)).toEqual(form);
  });

  it('quotes a real error', () => {
    const [quoted] = blocks('text');
    let message = '';
    try {
      parseQuery('statsu:failed');
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message).toContain((quoted as string).split('...')[0]);
  });
});

it('every example of a field parses, and shows its field', () => {
  for (const { examples, field } of QUERY_FIELDS) {
    for (const example of examples) {
      const query = parseQuery(example);
      expect(query.map((term) => term.field)).toEqual([field]);
      expect(parseQuery(printQuery(query))).toEqual(query);
    }
  }
});
