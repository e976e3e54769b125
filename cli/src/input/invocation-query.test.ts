import { parseQuery } from '@hooktrail/sdk/query';
import { Command } from 'commander';
import { expect, test } from 'vitest';
import { queryOptions } from './invocation-query.ts';

test('every term of the help is one of the language', () => {
  const command = queryOptions(new Command('list'));
  let text = '';
  command.configureOutput({ writeOut: (part) => (text += part) }).outputHelp();
  const lines = text.split('excludes:\n')[1] ?? '';
  const terms = lines
    .replace(/\(docs.*/s, '')
    .trim()
    .split(/\s{2,}/)
    .map((term) => term.replaceAll("'", ''));
  expect(terms.length).toBeGreaterThan(10);
  for (const term of terms) {
    expect(parseQuery(term), term).toHaveLength(1);
    expect(parseQuery(`-${term}`), term).toMatchObject([{ not: true }]);
  }
});
